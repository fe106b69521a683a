import { settingGroups, type SettingsReader } from '@postel/checks-tool';
import { containersOf, isWorkload, nameOf, type KubernetesObject, type Workload } from './objects.js';

type Objects = readonly KubernetesObject[];

/** Variables that a service does not read, that it must have and does not get, or that it would refuse. */
export function environmentFaults(objects: Objects): readonly string[] {
  return objects
    .filter(isWorkload)
    .filter(isServiceOfPostel)
    .flatMap((workload) => faultsOf(workload, objects));
}

function isServiceOfPostel({ kind, metadata }: Workload): boolean {
  return kind === 'Deployment' && metadata.labels?.['app.kubernetes.io/name'] === 'postel';
}

function faultsOf(workload: Workload, objects: Objects): readonly string[] {
  const service = workload.metadata.name as SettingsReader;
  const given = environmentOf(workload, objects);
  const settings = settingGroups
    .filter(({ services }) => services.includes(service))
    .flatMap((group) => Object.values(group.settings));
  const unknown = [...given.keys()].filter((name) => !settings.some(({ variable }) => variable === name));
  const missing = settings.filter(
    ({ variable, schema }) => !given.has(variable) && !schema.safeParse(undefined).success,
  );
  const refused = settings.filter(({ variable, schema }) => {
    const value = given.get(variable);
    return typeof value === 'string' && !schema.safeParse(value || undefined).success;
  });
  return [
    ...unknown.map((name) => `does not read ${name}`),
    ...missing.map(({ variable }) => `needs ${variable}`),
    ...refused.map(({ variable }) => `refuses its ${variable}`),
  ].map((says) => `${nameOf(workload)}: ${says}`);
}

/** All variables of its containers; of those from Secrets the value is `null`. */
export function environmentOf(workload: Workload, objects: Objects): ReadonlyMap<string, string | null> {
  const configMaps = objects.filter(({ kind }) => kind === 'ConfigMap');
  return new Map(
    containersOf(workload).flatMap(({ env = [], envFrom = [] }) => [
      ...envFrom.flatMap(({ configMapRef }) =>
        Object.entries(configMaps.find(({ metadata }) => metadata.name === configMapRef?.name)?.data ?? {}),
      ),
      ...env.map(({ name, value }) => [name, value ?? null] as const),
    ]),
  );
}
