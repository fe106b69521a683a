import { z } from 'zod';

export const logLevelNames = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const services = ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'];

/** Parts of services whose lines have a level of their own: docs/reference/logs.md says what each tells. */
export const logComponents = [
  'http',
  'fan-out',
  'attempts',
  'projections',
  'jobs',
  'upkeep',
  'live',
] as const;
export type LogComponent = (typeof logComponents)[number];

/** `deliverer=debug,http=warn,ingest.http=debug`, by what is named; nothing named: nothing set apart. */
export const logLevels = z
  .string()
  .optional()
  .transform((text, context): Readonly<Record<string, string>> => {
    const levels: Record<string, string> = {};
    for (const part of (text ?? '').split(',').map((each) => each.trim())) {
      if (part === '') continue;
      const [name = '', level = '', ...more] = part.split('=').map((each) => each.trim());
      const fault = more.length > 0 || level === '' ? 'is not name=level' : faultOf(name, level);
      if (fault !== null) context.addIssue(`"${part}" ${fault}`);
      else if (levels[name] !== undefined) context.addIssue(`"${name}" is there twice`);
      else levels[name] = level;
    }
    return context.issues.length > 0 ? z.NEVER : levels;
  });

function faultOf(name: string, level: string): string | null {
  const [first = '', component, ...more] = name.split('.');
  const isName =
    component === undefined
      ? services.includes(first) || isComponent(first)
      : more.length === 0 && services.includes(first) && isComponent(component);
  if (!isName) {
    return `names no service (${services.join(', ')}), no component (${logComponents.join(', ')}) and no service.component`;
  }
  const isLevel = logLevelNames.some((known) => known === level);
  return isLevel ? null : `has none of the levels ${logLevelNames.join(', ')}`;
}

function isComponent(name: string): boolean {
  return logComponents.some((known) => known === name);
}
