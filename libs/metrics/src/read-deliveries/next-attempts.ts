import type { ConfigTables } from '@postel/jetstream';
import type { Delivery, WaitingRoom } from '@postel/postgres';

export interface NextAttemptParts {
  readonly tables: Pick<ConfigTables, 'circuitOf' | 'endpoint'>;
  readonly database: () => { readonly waiting: Pick<WaitingRoom, 'retriesDueAtMs'> };
}

/**
 * When each is attempted next, as things are now. The delivery log knows what was decided after the last attempt; since
 * then its endpoint may have got another retry policy, a pause or an open circuit. `null` where nobody can know.
 */
export async function withNextAttempts(
  deliveries: readonly Delivery[],
  { database, tables }: NextAttemptParts,
): Promise<readonly Delivery[]> {
  const waiting = deliveries.filter(({ nextAttemptAt }) => nextAttemptAt !== null);
  if (waiting.length === 0) return deliveries;
  const dueAtMs = await database().waiting.retriesDueAtMs(waiting.map(({ id }) => id));
  return deliveries.map((delivery) => {
    const { endpointId, id, nextAttemptAt } = delivery;
    if (nextAttemptAt === null) return delivery;
    const atMs = dueAtMs.get(id) ?? Date.parse(nextAttemptAt);
    const isHeldUp =
      tables.endpoint(endpointId)?.state.status === 'paused' ||
      atMs < (tables.circuitOf(endpointId)?.probeAtMs ?? -Infinity);
    return { ...delivery, nextAttemptAt: isHeldUp ? null : new Date(atMs).toISOString() };
  });
}
