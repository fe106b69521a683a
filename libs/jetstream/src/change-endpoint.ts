import type { EndpointFact, EndpointState, Refusal } from '@postel/contracts';
import type { ConfigTables } from './config-tables.js';
import type { ConfigWriter } from './config-writer.js';

export type EndpointChangeResult =
  | { readonly ok: true; readonly state: EndpointState | null; readonly changed: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

export interface ChangeEndpointOptions {
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly tenant: string;
  readonly endpointId: string;
  /** Decides on what is there now; asked again when someone else was quicker. */
  readonly decide: (
    state: EndpointState | null,
  ) =>
    | { readonly ok: true; readonly facts: readonly EndpointFact[] }
    | { readonly ok: false; readonly refusal: Refusal };
}

/** So often two writers may get in each other's way before the caller is told. */
const maxTries = 5;

/**
 * One change of an endpoint: decided on its present state, appended with the position of its last fact as the expected
 * one, and in force in these tables when this returns.
 * @returns the refusal of `decide`, or `endpoint_changed` when others kept changing it
 * @throws {PublishError} when the broker cannot take it
 */
export async function changeEndpoint(options: ChangeEndpointOptions): Promise<EndpointChangeResult> {
  const { tables, writer, tenant, endpointId, decide } = options;
  for (let tries = 1; tries <= maxTries; tries++) {
    const entry = tables.endpoint(endpointId);
    const state = entry?.state.tenant === tenant ? entry.state : null;
    const decision = decide(state);
    if (!decision.ok) return decision;
    let revision = entry?.revision ?? 0;
    let conflict = false;
    for (const fact of decision.facts) {
      const appended = await writer.append('endpoint', tenant, endpointId, fact, revision);
      conflict = !appended.ok;
      if (!appended.ok) break;
      revision = appended.seq;
    }
    if (conflict) {
      await tables.reached(await tables.lastSequence());
      continue;
    }
    await tables.reached(revision);
    return {
      ok: true,
      state: tables.endpoint(endpointId)?.state ?? null,
      changed: decision.facts.length > 0,
    };
  }
  return { ok: false, refusal: { code: 'endpoint_changed' } };
}
