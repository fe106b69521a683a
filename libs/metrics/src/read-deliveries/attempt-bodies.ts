import { bodyForAttempt, convert } from '@postel/payload-versions';
import type { Attempt, Database, DeliveryState } from '@postel/postgres';
import { acceptedEventOf } from '../archive-events/archived-event.js';

/** The body of an attempt is not stored with it: it is the archived event in the delivery's version, made again. */
export async function attemptsWithBodies(
  delivery: DeliveryState,
  attempts: readonly Attempt[],
  database: Database,
): Promise<unknown[]> {
  const { acceptedAtMs, eventSeq: seq, apiVersion } = delivery;
  const archived = (await database.events.payloads([{ acceptedAtMs, seq }])).get(seq);
  const event =
    archived && acceptedEventOf(archived.type, archived.payload, archived.headers, seq, acceptedAtMs);
  const converted = event ? convert(event.envelope, apiVersion) : null;
  return attempts.map((attempt) => {
    const about = { attemptNumber: attempt.number, retryable: attempt.outcome === 'retry' };
    const body = converted ? new TextDecoder().decode(bodyForAttempt(converted, apiVersion, about)) : null;
    return { ...attempt, request: { ...attempt.request, body } };
  });
}
