import { passedOn, readTraceparent } from '@postel/contracts';
import { deliveryIdOf } from '@postel/domain';
import type { WaitingRow } from '@postel/postgres';
import type { SentAttempts } from './ports.js';

/** What each of these deliveries links to when it begins anew, by its id. */
export type FormerAttempts = ReadonlyMap<string, string>;

/**
 * A delivery that was reopened links to its last attempt, as one does that has waited; and one that was made by a replay
 * to the last attempt of the delivery that its event was fanned out to for the same endpoint. An attempt that the table
 * does not have (yet, or any more), or that was not recorded, is linked to by nobody.
 * @param attempts `null` while tracing is off: nothing is looked up then
 */
export async function formerAttemptsOf(
  rows: readonly WaitingRow[],
  attempts: SentAttempts | null,
): Promise<FormerAttempts> {
  const anew = attempts ? rows.filter(({ reason }) => reason === 'reopened') : [];
  if (!attempts || anew.length === 0) return new Map();
  const refs = anew.map((row) => ({ deliveryId: attemptedId(row), acceptedAtMs: row.acceptedAtMs }));
  const sent = await attempts.lastTraceparents(refs);
  return new Map(
    anew.flatMap((row) => {
      const traceparent = passedOn(sent.get(attemptedId(row)));
      const isRecorded = readTraceparent(traceparent)?.isSampled === true;
      return traceparent !== undefined && isRecorded ? [[row.deliveryId, traceparent]] : [];
    }),
  );
}

function attemptedId({ attemptsMade, deliveryId, endpointId, eventId, eventSeq }: WaitingRow): string {
  return attemptsMade > 0 ? deliveryId : deliveryIdOf(eventId, eventSeq, endpointId);
}
