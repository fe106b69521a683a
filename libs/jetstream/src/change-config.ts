import type { AggregateKind, ConfigFact, ConfigStates, ErrorCode, Refusal } from '@postel/contracts';
import type { ConfigTables } from './config-tables.js';
import type { ConfigWriter } from './config-writer.js';

export type ConfigChangeResult<State> =
  | { readonly ok: true; readonly state: State | null; readonly changed: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

export interface ChangeConfigOptions<Kind extends AggregateKind> {
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly kind: Kind;
  readonly tenant: string;
  readonly id: string;
  /** So often others may be quicker before the caller is told (5): more where any order of them is right. */
  readonly maxTries?: number;
  /** Decides on what is there now; asked again when someone else was quicker. */
  readonly decide: (
    state: ConfigStates[Kind] | null,
  ) =>
    | { readonly ok: true; readonly facts: readonly ConfigFact<string, ConfigStates[Kind]>[] }
    | { readonly ok: false; readonly refusal: Refusal };
}

const conflictCodes = {
  tenant: 'tenant_changed',
  'api-key': 'api_key_changed',
  'portal-token': 'portal_token_changed',
  endpoint: 'endpoint_changed',
  'event-type': 'event_type_changed',
  source: 'source_changed',
} as const satisfies Record<AggregateKind, ErrorCode>;

/**
 * One change of something configured: decided on its present state, appended with the position of its last fact as the
 * expected one, and in force in these tables when this returns.
 * @returns the refusal of `decide`, or `…_changed` when others kept changing it
 * @throws {PublishError} when the broker cannot take it
 */
export async function changeConfig<Kind extends AggregateKind>(
  options: ChangeConfigOptions<Kind>,
): Promise<ConfigChangeResult<ConfigStates[Kind]>> {
  const { tables, kind, tenant, id, decide, maxTries = 5 } = options;
  const table = tables.table(kind);
  // nothing is there: that may be a tombstone, whose position only the broker knows
  let revisionOfNothing = 0;
  for (let tries = 1; tries <= maxTries; tries++) {
    const entry = table.get(tenant, id);
    const decision = decide(entry?.state ?? null);
    if (!decision.ok) return decision;
    const revision = await append(options, decision.facts, entry?.revision ?? revisionOfNothing);
    if (revision === null) {
      revisionOfNothing = await tables.lastRevisionOf(kind, tenant, id);
      await tables.reached(revisionOfNothing);
      continue;
    }
    await tables.reached(revision);
    return { ok: true, state: table.get(tenant, id)?.state ?? null, changed: decision.facts.length > 0 };
  }
  return { ok: false, refusal: { code: conflictCodes[kind] } };
}

/** @returns the position of the last fact, or `null` when someone else was quicker */
async function append<Kind extends AggregateKind>(
  { writer, kind, tenant, id }: ChangeConfigOptions<Kind>,
  facts: readonly ConfigFact<string, ConfigStates[Kind]>[],
  expectedRevision: number,
): Promise<number | null> {
  let revision = expectedRevision;
  for (const fact of facts) {
    const appended = await writer.append(kind, tenant, id, fact, revision);
    if (!appended.ok) return null;
    revision = appended.seq;
  }
  return revision;
}
