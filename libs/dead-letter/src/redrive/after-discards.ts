import { logSubject } from '@postel/contracts';
import { lastSequenceAtLeader } from '@postel/jetstream';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeadLetterParts } from '../parts.js';

const lookEveryMs = 20;
/** A table that is further behind than that is taken as it is: to wait longer would be no answer at all. */
const longestMs = 5_000;

/**
 * Lets the table of dead letters show what a tenant discarded before this request: whoever discards one and redrives the
 * others does not want it sent. Resolves once it does, or after 5 s.
 */
export async function afterDiscards(
  tenant: string,
  { broker, database, nowMs }: Pick<DeadLetterParts, 'broker' | 'database' | 'nowMs'>,
): Promise<void> {
  const wanted = await lastSequenceAtLeader(broker, 'LOG', logSubject(tenant, 'delivery.discarded'));
  for (const deadlineMs = nowMs() + longestMs; nowMs() < deadlineMs; await delay(lookEveryMs)) {
    const positions = await database().projections.positions();
    if ((positions.get('dead-letters') ?? 0) >= wanted) return;
  }
}
