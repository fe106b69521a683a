import type { Receiver } from '@postel/testing';
import { manage, type Door } from '../stack/endpoints.js';

/** Where changes are asked for, where their effect is looked for, and what receives. */
export interface ChangeStage {
  readonly here: Door;
  readonly there: Door;
  readonly receiver: Receiver;
}

/** What is changed through one process, and how it is seen that it is in force in the others. */
export interface ChangeProbe {
  readonly what: string;
  /** Makes one change, and waits for it to be in force. */
  readonly once: (round: number) => Promise<Observed>;
}

export interface Observed {
  /** From the answer of the change to what shows it; or to the last request that does not, 0 where there is none. */
  readonly afterMs: number;
  /** Probes that still met the old state. */
  readonly early: number;
}

/** A tenant, with a key of it at the other door. */
export async function newTenant(
  { here, there }: ChangeStage,
  id: string,
): Promise<{ readonly door: Door; readonly keyId: string }> {
  await manage(here, 'POST', '/v1/tenants', { id });
  const made = await manage(here, 'POST', `/v1/tenants/${id}/api-keys`, { name: 'bench' });
  const { id: keyId, key } = made as { id: string; key: string };
  return { door: { http: { port: there.http.port, token: key } }, keyId };
}
