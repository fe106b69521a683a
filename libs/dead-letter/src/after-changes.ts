import { logSubject, type ProjectionName } from '@postel/contracts';
import { lastSequenceOf, type Broker } from '@postel/jetstream';
import { untilReached } from '@postel/postgres';
import type { DeadLetterParts } from './parts.js';

/** Where in LOG it was last told that a dead letter of a tenant is one no more; 0 for never. */
export async function lastChangeOf(tenant: string, broker: Broker): Promise<number> {
  const lastOf = (fact: 'delivery.reopened' | 'delivery.discarded' | 'event.discarded') =>
    lastSequenceOf(broker, 'LOG', logSubject(tenant, fact));
  return Math.max(
    ...(await Promise.all([
      lastOf('delivery.reopened'),
      lastOf('delivery.discarded'),
      lastOf('event.discarded'),
    ])),
  );
}

/**
 * Lets a table, that of dead letters or the delivery log, show what a tenant redrove and discarded before this request:
 * whoever discards one and redrives the others does not want it sent, what is redriven is no dead letter that could be
 * discarded and nothing that could be retried, and of two redrives one is it. Resolves once the table does, or after 5 s.
 */
export async function afterChanges(
  tenant: string,
  table: Extract<ProjectionName, 'dead-letters' | 'delivery-log'>,
  { broker, database }: Pick<DeadLetterParts, 'broker' | 'database'>,
): Promise<void> {
  await untilReached(database().projections, table, await lastChangeOf(tenant, broker));
}
