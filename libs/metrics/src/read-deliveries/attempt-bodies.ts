import { bodyForAttempt, type DeclaredVersions } from '@postel/payload-versions';
import type { Attempt, Database, DeliveryState } from '@postel/postgres';
import { acceptedEventOf } from '../archive-events/archived-event.js';
import { pageOfAttempts, type AttemptsQuery } from './page-of-attempts.js';

/**
 * A page of them. The body of an attempt is not stored with it: it is the archived event in the delivery's version, made again. One that
 * cannot be made any more, or was erased, is not shown.
 */
export async function attemptsWithBodies(
  delivery: DeliveryState,
  attempts: readonly Attempt[],
  query: AttemptsQuery,
  { database, versions }: { database: Database; versions: Pick<DeclaredVersions, 'bodyOf'> },
): Promise<{ readonly data: readonly unknown[]; readonly nextCursor: string | null }> {
  const { acceptedAtMs, eventSeq: seq, apiVersion } = delivery;
  const archived = (await database.events.payloads([{ acceptedAtMs, seq }])).get(seq);
  const event =
    archived &&
    !archived.isErased &&
    acceptedEventOf(archived.type, archived.payload, archived.headers, seq, acceptedAtMs);
  const converted = event ? await versions.bodyOf(event.envelope, delivery) : null;
  const { items, nextCursor } = pageOfAttempts(attempts, query, converted?.ok ? converted.body.length : 0);
  const data = items.map((attempt) => {
    const about = { attemptNumber: attempt.number, retryable: attempt.outcome === 'retry' };
    const body = converted?.ok
      ? new TextDecoder().decode(bodyForAttempt(converted.body, apiVersion, about))
      : null;
    return { ...attempt, request: { ...attempt.request, body } };
  });
  return { data, nextCursor };
}
