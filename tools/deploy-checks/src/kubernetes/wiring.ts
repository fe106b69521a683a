import {
  containersOf,
  isService,
  isWorkload,
  nameOf,
  podLabels,
  selects,
  type KubernetesObject,
  type LabelSelector,
  type Service,
  type Workload,
} from './objects.js';

type Objects = readonly KubernetesObject[];

/** References that lead nowhere, one line each. */
export function wiringFaults(objects: Objects): readonly string[] {
  const workloads = objects.filter(isWorkload);
  return [
    ...objects.filter(isService).flatMap((service) => faultsOfService(service, workloads)),
    ...workloads.flatMap((workload) => [
      ...faultsOfConfigMaps(workload, objects),
      ...faultsOfSecrets(workload, objects),
      ...faultsOfSelector(workload),
      ...faultsOfProbes(workload),
    ]),
    ...faultsOfScaling(objects),
    ...faultsOfBackends(objects),
    ...faultsOfBudgets(objects, workloads),
    ...twins(objects),
  ];
}

function faultsOfService(service: Service, workloads: readonly Workload[]): readonly string[] {
  const { selector, ports } = service.spec;
  const chosen = workloads.filter((workload) => selects({ matchLabels: selector }, podLabels(workload)));
  if (chosen.length !== 1) return [`${nameOf(service)}: selects ${chosen.length} workloads`];
  const open = chosen.flatMap(containersOf).flatMap((container) => container.ports ?? []);
  return ports
    .filter(
      ({ targetPort }) => !open.some(({ name, containerPort }) => [name, containerPort].includes(targetPort)),
    )
    .map(({ targetPort }) => `${nameOf(service)}: no container has the port ${targetPort}`);
}

function faultsOfSelector(workload: Workload): readonly string[] {
  const { selector } = workload.spec;
  if (workload.kind === 'Job' || (selector && selects(selector, podLabels(workload)))) return [];
  return [`${nameOf(workload)}: does not select its own pods`];
}

function faultsOfProbes(workload: Workload): readonly string[] {
  return containersOf(workload).flatMap(({ ports = [], startupProbe, livenessProbe, readinessProbe }) =>
    [startupProbe, livenessProbe, readinessProbe]
      .flatMap((probe) => (probe?.httpGet ? [probe.httpGet.port] : []))
      .filter((port) => !ports.some(({ name, containerPort }) => [name, containerPort].includes(port)))
      .map((port) => `${nameOf(workload)}: no container has the port ${port} of a probe`),
  );
}

function faultsOfConfigMaps(workload: Workload, objects: Objects): readonly string[] {
  const { volumes = [] } = workload.spec.template.spec;
  const containers = containersOf(workload);
  const configMaps = [
    ...volumes.flatMap(({ configMap }) => (configMap ? [configMap.name] : [])),
    ...containers.flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef?.name ?? '?')),
  ];
  const known = new Set(
    objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name),
  );
  return configMaps
    .filter((name) => !known.has(name))
    .map((name) => `${nameOf(workload)}: no ConfigMap ${name}`);
}

/** Secrets that neither the overlay makes nor a store or an operator. None is known where a user brings his own. */
function faultsOfSecrets(workload: Workload, objects: Objects): readonly string[] {
  const known = new Map(objects.flatMap(secretsBy));
  if (known.size === 0) return [];
  const { volumes = [] } = workload.spec.template.spec;
  const mounted = volumes.flatMap(({ secret }) => (secret && !secret.optional ? [secret.secretName] : []));
  const read = containersOf(workload).flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
  );
  return [
    ...mounted.filter((name) => !known.has(name)).map((name) => `no Secret ${name}`),
    ...read
      .filter(({ name, key, optional }) => !optional && !known.get(name)?.includes(key))
      .map(({ name, key }) => `no ${key} in the Secret ${name}`),
  ].map((says) => `${nameOf(workload)}: ${says}`);
}

function secretsBy({ kind, metadata, data, spec }: KubernetesObject): readonly [string, readonly string[]][] {
  switch (kind) {
    case 'Secret':
      return [[metadata.name, Object.keys(data ?? {})]];
    case 'ExternalSecret': {
      const { target, data: keys } = spec as { target: { name: string }; data: { secretKey: string }[] };
      return [[target.name, keys.map(({ secretKey }) => secretKey)]];
    }
    case 'Cluster': // CloudNativePG makes it of the cluster's name
      return [[`${metadata.name}-app`, ['uri', 'username', 'password']]];
    default:
      return [];
  }
}

function faultsOfScaling(objects: Objects): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject')
    .flatMap((scaler) => {
      const { name } = (scaler.spec as { scaleTargetRef: { name: string } }).scaleTargetRef;
      const target = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
      if (!target) return [`${nameOf(scaler)}: no Deployment ${name}`];
      // each `kubectl apply` would set it back
      const { replicas } = (target as Workload).spec;
      return replicas === undefined ? [] : [`${nameOf(scaler)}: ${nameOf(target)} has replicas of its own`];
    });
}

interface Backend {
  readonly name: string;
  readonly port: number | string;
}

function faultsOfBackends(objects: Objects): readonly string[] {
  return objects.flatMap((object) =>
    backendsOf(object)
      .filter(({ name, port }) => !objects.some((other) => hasPort(other, name, port)))
      .map(({ name, port }) => `${nameOf(object)}: no Service ${name} with the port ${port}`),
  );
}

function backendsOf({ kind, spec }: KubernetesObject): readonly Backend[] {
  if (kind === 'HTTPRoute')
    return (spec as { rules: { backendRefs: Backend[] }[] }).rules.flatMap(({ backendRefs }) => backendRefs);
  if (kind !== 'Ingress') return [];
  type Path = { backend: { service: { name: string; port: { name?: string; number?: number } } } };
  return (spec as { rules: { http: { paths: Path[] } }[] }).rules
    .flatMap(({ http }) => http.paths)
    .map(({ backend: { service } }) => ({
      name: service.name,
      port: service.port.name ?? service.port.number ?? 0,
    }));
}

function hasPort(object: KubernetesObject, name: string, port: number | string): boolean {
  if (!isService(object) || object.metadata.name !== name) return false;
  return object.spec.ports.some((open) => open.name === port || open.port === port);
}

function faultsOfBudgets(objects: Objects, workloads: readonly Workload[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'PodDisruptionBudget')
    .filter(({ spec }) => {
      const { selector } = spec as { selector: LabelSelector };
      return workloads.filter((workload) => selects(selector, podLabels(workload))).length !== 1;
    })
    .map((budget) => `${nameOf(budget)}: does not select one workload`);
}

function twins(objects: Objects): readonly string[] {
  const names = objects.map(nameOf);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${name}: is there twice`);
}
