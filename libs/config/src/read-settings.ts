import { readFileSync } from 'node:fs';
import { type z } from 'zod';

/** One environment variable: its schema reads a string (or its absence) and yields the typed value. */
export interface Setting<T> {
  readonly variable: string;
  readonly schema: z.ZodType<T, string | undefined>;
  readonly description: string;
  /** For the reference page; the schema holds the real default. */
  readonly defaultText: string;
  readonly secret: boolean;
  /** The files that it names, which have to be there where the service runs; the schema knows its form alone. */
  readonly filesOf?: (value: string) => readonly string[];
  /** Another variable without which this one is worth nothing. */
  readonly needs?: string;
}

export type SettingGroup = Readonly<Record<string, Setting<unknown>>>;
export type SettingsOf<Groups extends Readonly<Record<string, SettingGroup>>> = {
  readonly [G in keyof Groups]: {
    readonly [S in keyof Groups[G]]: Groups[G][S] extends Setting<infer T> ? T : never;
  };
};

export type ReadSettings<T> =
  { readonly ok: true; readonly settings: T } | { readonly ok: false; readonly faults: string[] };

export function setting<T>(
  variable: string,
  schema: z.ZodType<T, string | undefined>,
  about: { description: string } & Partial<Pick<Setting<T>, 'defaultText' | 'secret' | 'filesOf' | 'needs'>>,
): Setting<T> {
  return { variable, schema, defaultText: '', secret: false, ...about };
}

/**
 * Reads the environment once, into a frozen typed object. An empty variable counts as absent.
 * @returns every fault together, one line each, naming the variable and never showing a secret's value
 */
export function readSettings<Groups extends Readonly<Record<string, SettingGroup>>>(
  env: Readonly<Record<string, string | undefined>>,
  groups: Groups,
): ReadSettings<SettingsOf<Groups>> {
  const faults: string[] = [];
  const result: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [groupName, group] of Object.entries(groups)) {
    const values: Record<string, unknown> = {};
    for (const [name, setting] of Object.entries(group)) {
      const parsed = setting.schema.safeParse(env[setting.variable] || undefined);
      if (parsed.success) values[name] = parsed.data;
      else
        faults.push(`${setting.variable}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
      faults.push(...surroundingFaults(setting, env));
    }
    result[groupName] = Object.freeze(values);
  }
  if (faults.length > 0) return { ok: false, faults: [...new Set(faults)] };
  return { ok: true, settings: Object.freeze(result) as SettingsOf<Groups> };
}

/** What the form of a value does not tell: of the file that it names, and of the variable that it needs. */
function surroundingFaults(
  { variable, filesOf, needs }: Setting<unknown>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const value = env[variable];
  if (!value) return [];
  const lacks = needs && !env[needs] ? [`${needs}: is required where ${variable} is given`] : [];
  try {
    for (const file of filesOf?.(value) ?? []) readFileSync(file);
    return lacks;
  } catch (error) {
    return [`${variable}: cannot be read: ${(error as Error).message}`, ...lacks];
  }
}
