import { type z } from 'zod';

/** One environment variable: its schema reads a string (or its absence) and yields the typed value. */
export interface Setting<T> {
  readonly variable: string;
  readonly schema: z.ZodType<T, string | undefined>;
  readonly description: string;
  /** For the reference page; the schema holds the real default. */
  readonly defaultText: string;
  readonly secret: boolean;
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
  about: { description: string; defaultText?: string; secret?: boolean },
): Setting<T> {
  return {
    variable,
    schema,
    description: about.description,
    defaultText: about.defaultText ?? '',
    secret: about.secret ?? false,
  };
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
    for (const [name, { variable, schema }] of Object.entries(group)) {
      const parsed = schema.safeParse(env[variable] || undefined);
      if (parsed.success) values[name] = parsed.data;
      else faults.push(`${variable}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
    }
    result[groupName] = Object.freeze(values);
  }
  if (faults.length > 0) return { ok: false, faults: [...new Set(faults)] };
  return { ok: true, settings: Object.freeze(result) as SettingsOf<Groups> };
}
