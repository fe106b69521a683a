import { parse } from 'yaml';

/** What the checks read of a service; the schema has judged the rest. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile?: string; readonly target?: string };
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly container_name?: string;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly pid?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: number;
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: unknown;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly deploy?: {
    readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } };
  };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

/** With its anchors and merges resolved, as Compose reads it; variables stand as they are written. */
export function parseCompose(text: string): ComposeFile {
  return parse(text, { merge: true }) as ComposeFile;
}

/** Of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
export interface ComposeVariable {
  readonly name: string;
  readonly kind: 'plain' | 'default' | 'required';
  readonly fallback: string;
}

/** @param text without the values of variables that hold variables: Compose does not need them here */
export function variablesIn(text: string): ComposeVariable[] {
  return [...text.matchAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g)].map(([, name = '', mark, rest = '']) => ({
    name,
    kind: mark === '?' ? 'required' : mark === '-' ? 'default' : 'plain',
    fallback: mark === '-' ? rest : '',
  }));
}

/** As Compose reads it where `.env` says nothing; what is required stays as it is written. */
export function withDefaults(text: string): string {
  return variablesIn(text)
    .filter(({ kind }) => kind === 'default')
    .reduce((filled, { name, fallback }) => filled.replace(`\${${name}:-${fallback}}`, fallback), text);
}

/** The networks of a service; Compose's own when it names none. */
export function networksOf({ networks }: ComposeService): readonly string[] {
  if (networks === undefined) return ['default'];
  return Array.isArray(networks) ? (networks as string[]) : Object.keys(networks);
}
