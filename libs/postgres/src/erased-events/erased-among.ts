import { withoutPayload } from '@postel/domain';
import type { Sql } from '../connection/transaction.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';

/** Which of these events were erased, by position in EVENTS, and when. */
export async function erasedSince(
  sql: Sql,
  eventSeqs: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (eventSeqs.length === 0) return new Map();
  const { rows } = await sql.query<{ event_seq: number; erased_at: Date }>(
    'SELECT event_seq, erased_at FROM erased_events WHERE event_seq = ANY ($1::bigint[])',
    [[...new Set(eventSeqs)]],
  );
  return new Map(rows.map(({ event_seq, erased_at }) => [event_seq, erased_at.getTime()]));
}

/** Whether one of these events was erased. */
export async function isAnyErased(sql: Sql, eventSeqs: ReadonlySet<number>): Promise<boolean> {
  let [first, last] = [Infinity, -Infinity];
  for (const seq of eventSeqs) {
    first = Math.min(first, seq);
    last = Math.max(last, seq);
  }
  if (first > last) return false;
  const { rows } = await sql.query<{ event_seq: number }>(
    'SELECT event_seq FROM erased_events WHERE event_seq BETWEEN $1 AND $2',
    [first, last],
  );
  return rows.some(({ event_seq }) => eventSeqs.has(event_seq));
}

/** Which events that these facts are about were erased. */
export async function erasedAmong(
  sql: Sql,
  facts: readonly PositionedFact[],
): Promise<ReadonlyMap<number, number>> {
  return erasedSince(
    sql,
    facts.map(({ fact }) => fact.eventSeq),
  );
}

/** The facts without what may repeat the payload of an event that was erased. */
export function barePayloads(
  facts: readonly PositionedFact[],
  erased: ReadonlyMap<number, number>,
): readonly PositionedFact[] {
  if (erased.size === 0) return facts;
  return facts.map(({ seq, fact }) => ({
    seq,
    fact: erased.has(fact.eventSeq) ? withoutPayload(fact) : fact,
  }));
}
