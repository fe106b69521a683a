import { serviceNames, settingGroups, type ServiceName } from '@postel/checks-tool';
import { variablesIn, withDefaults, type ComposeFile } from './compose-file.js';

/** Read by the demo, not by a service. */
const demoVariables = ['POSTEL_URL', 'NATS_URL', 'POSTEL_ADMIN_TOKEN', 'POSTEL_DEMO_RECEIVER_HOST'];

/** What runs by another name than the service whose settings it reads. */
const settingsOf: Readonly<Record<string, ServiceName>> = { migrate: 'metrics' };

/** Variables that a container is given and does not know, and secrets that stand in the file: one line each. */
export function environmentFaults({ services }: ComposeFile): string[] {
  return Object.entries(services).flatMap(([name, { environment = {}, env_file }]) => {
    const known = knownVariables(name);
    const unknown = known ? Object.keys(environment).filter((variable) => !known(variable)) : [];
    return [
      ...unknown.map((variable) => `${name}: it does not know ${variable}`),
      ...missingVariables(name, environment),
      ...refusedVariables(name, environment),
      ...Object.entries(environment)
        .filter(([variable, value]) => isSecret(variable) && !isRequiredFromOutside(String(value)))
        .map(([variable]) => `${name}: ${variable} is a secret and not required from .env`),
      ...(env_file === undefined ? [] : [`${name}: env_file gives it more than it reads`]),
    ];
  });
}

function knownVariables(name: string): ((variable: string) => boolean) | null {
  if (name === 'demo') return (variable) => demoVariables.includes(variable);
  const service = serviceOf(name);
  if (service === null) return null;
  const variables = variablesOf(service);
  return (variable) => variables.some((known) => known.variable === variable);
}

/** Required by the service's settings, and not given: it would not start. */
function missingVariables(name: string, environment: Readonly<Record<string, string>>): string[] {
  const service = serviceOf(name);
  if (service === null || name === 'migrate') return [];
  return variablesOf(service)
    .filter(({ variable, schema }) => !schema.safeParse(undefined).success && !(variable in environment))
    .map(({ variable }) => `${name}: it needs ${variable}`);
}

/** By the service's settings, where .env says nothing. */
function refusedVariables(name: string, environment: Readonly<Record<string, string>>): string[] {
  const service = serviceOf(name);
  if (service === null) return [];
  return variablesOf(service)
    .filter(({ variable, schema }) => {
      const value = environment[variable];
      if (value === undefined || variablesIn(value).some(({ kind }) => kind !== 'default')) return false;
      return !schema.safeParse(withDefaults(value) || undefined).success;
    })
    .map(({ variable }) => `${name}: it refuses its ${variable}`);
}

function serviceOf(name: string): ServiceName | null {
  return settingsOf[name] ?? serviceNames.find((service) => service === name) ?? null;
}

function variablesOf(service: ServiceName) {
  return settingGroups
    .filter(({ services }) => services.includes(service))
    .flatMap(({ settings }) => Object.values(settings));
}

const secretVariables = new Set(
  settingGroups
    .flatMap(({ settings }) => Object.values(settings))
    .flatMap(({ secret, variable }) => (secret ? [variable] : [])),
);

function isSecret(variable: string): boolean {
  return secretVariables.has(variable) || /PASSWORD|TOKEN|SECRET/.test(variable);
}

/** The file holds none of it, and says so when it is missing; what may be absent stays empty. */
function isRequiredFromOutside(value: string): boolean {
  const variables = variablesIn(value);
  return (
    variables.some(({ kind }) => kind === 'required') ||
    (variables.length === 1 && variables[0]?.kind === 'default' && variables[0].fallback === '')
  );
}
