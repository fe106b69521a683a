import { batchOf } from '../connection/batch.js';
import { storableTime } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';

/** Lists whose order is a stream's, and that are asked for by time. */
export type TimedList = 'events' | 'deliveries' | 'dead_letters';

export interface TimedPosition {
  readonly atMs: number;
  readonly seq: number;
}

interface Span {
  readonly list: TimedList;
  readonly seconds: number;
  readonly startMs: number;
  firstSeq: number;
  lastSeq: number;
}

const spans = batchOf<Span>({
  list: { type: 'text', value: ({ list }) => list },
  seconds: { type: 'integer', value: ({ seconds }) => seconds },
  start_at: { type: 'time', value: ({ startMs }) => startMs },
  first_seq: { type: 'bigint', value: ({ firstSeq }) => firstSeq },
  last_seq: { type: 'bigint', value: ({ lastSeq }) => lastSeq },
});

const noteSql = `
INSERT INTO time_positions AS known (${spans.names}) SELECT ${spans.names} FROM ${spans.rows}
    ON CONFLICT (list, seconds, start_at) DO UPDATE
   SET first_seq = least(known.first_seq, excluded.first_seq), last_seq = greatest(known.last_seq, excluded.last_seq)
 WHERE excluded.first_seq < known.first_seq OR excluded.last_seq > known.last_seq`;

/** Ten seconds, ten minutes and ten hours: of each, what lies beside a time is at most sixty of the next smaller. */
export const spanSeconds = [10, 600, 36_000] as const;

/** The first and the last of each stretch of time, of any number. */
export class TimedPositions {
  readonly #spans = new Map<number, { first: number; last: number }>();

  add(atMs: number, seq: number): void {
    const startMs = startOfSpan(storableTime(atMs), spanSeconds[0]);
    const span = this.#spans.get(startMs);
    if (!span) this.#spans.set(startMs, { first: seq, last: seq });
    else if (seq > span.last) span.last = seq;
    else if (seq < span.first) span.first = seq;
  }

  all(): readonly TimedPosition[] {
    return [...this.#spans].flatMap(([atMs, { first, last }]) => [
      { atMs, seq: first },
      { atMs, seq: last },
    ]);
  }
}

/**
 * Notes between which positions lies what happened in each stretch of time. Times come from many clocks, so that their
 * order is nearly that of the stream and not quite: these are bounds whatever the clocks say.
 */
export async function notePositions(
  tx: Transaction,
  list: TimedList,
  positions: readonly TimedPosition[],
): Promise<void> {
  if (positions.length === 0) return;
  const noted: Span[] = [];
  let finer: readonly Span[] = positions.map(({ atMs, seq }) => ({
    list,
    seconds: 0,
    startMs: storableTime(atMs),
    firstSeq: seq,
    lastSeq: seq,
  }));
  for (const seconds of spanSeconds) {
    finer = gathered(finer, seconds);
    noted.push(...finer);
  }
  for (const parameters of spans.chunks(noted)) await tx.query(noteSql, parameters);
}

function gathered(finer: readonly Span[], seconds: number): Span[] {
  const all = new Map<number, Span>();
  for (const { list, startMs: fromMs, firstSeq, lastSeq } of finer) {
    const startMs = startOfSpan(fromMs, seconds);
    const span = all.get(startMs);
    if (!span) all.set(startMs, { list, seconds, startMs, firstSeq, lastSeq });
    else {
      span.firstSeq = Math.min(span.firstSeq, firstSeq);
      span.lastSeq = Math.max(span.lastSeq, lastSeq);
    }
  }
  return [...all.values()];
}

export function startOfSpan(timeMs: number, seconds: number): number {
  return Math.floor(timeMs / (seconds * 1_000)) * seconds * 1_000;
}
