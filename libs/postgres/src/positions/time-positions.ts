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
  readonly seconds: 1 | 60;
  readonly startMs: number;
  firstSeq: number;
  lastSeq: number;
}

const spans = batchOf<Span>({
  list: { type: 'text', value: ({ list }) => list },
  seconds: { type: 'smallint', value: ({ seconds }) => seconds },
  start_at: { type: 'time', value: ({ startMs }) => startMs },
  first_seq: { type: 'bigint', value: ({ firstSeq }) => firstSeq },
  last_seq: { type: 'bigint', value: ({ lastSeq }) => lastSeq },
});

const noteSql = `
INSERT INTO time_positions AS known (${spans.names}) SELECT ${spans.names} FROM ${spans.rows}
    ON CONFLICT (list, seconds, start_at) DO UPDATE
   SET first_seq = least(known.first_seq, excluded.first_seq), last_seq = greatest(known.last_seq, excluded.last_seq)
 WHERE excluded.first_seq < known.first_seq OR excluded.last_seq > known.last_seq`;

/**
 * Notes between which positions lies what happened in each second and each minute. Times come from many clocks, so that
 * their order is nearly that of the stream and not quite: these are bounds whatever the clocks say.
 */
export async function notePositions(
  tx: Transaction,
  list: TimedList,
  positions: readonly TimedPosition[],
): Promise<void> {
  if (positions.length === 0) return;
  const noted = new Map<string, Span>();
  for (const { atMs, seq } of positions) {
    for (const seconds of [1, 60] as const) {
      const spanMs = seconds * 1_000;
      const startMs = Math.floor(storableTime(atMs) / spanMs) * spanMs;
      const key = `${seconds} ${startMs}`;
      const span = noted.get(key);
      if (!span) noted.set(key, { list, seconds, startMs, firstSeq: seq, lastSeq: seq });
      else if (seq < span.firstSeq) span.firstSeq = seq;
      else if (seq > span.lastSeq) span.lastSeq = seq;
    }
  }
  for (const parameters of spans.chunks([...noted.values()])) await tx.query(noteSql, parameters);
}

/** SQL for the highest position of what happened before a time, which is a parameter; -1 where nothing did. */
export function lastBefore(list: TimedList, time: string): string {
  return `greatest(
    (SELECT max(last_seq) FROM time_positions
      WHERE list = '${list}' AND seconds = 60 AND start_at < date_trunc('minute', ${time}::timestamptz, 'UTC')),
    (SELECT max(last_seq) FROM time_positions
      WHERE list = '${list}' AND seconds = 1
        AND start_at >= date_trunc('minute', ${time}::timestamptz, 'UTC') AND start_at < ${time}::timestamptz),
    -1)`;
}

/** SQL for the lowest position of what happened at or after a time; nothing has one beyond the largest. */
export function firstSince(list: TimedList, time: string): string {
  return `least(
    (SELECT min(first_seq) FROM time_positions
      WHERE list = '${list}' AND seconds = 60 AND start_at > date_trunc('minute', ${time}::timestamptz, 'UTC')),
    (SELECT min(first_seq) FROM time_positions
      WHERE list = '${list}' AND seconds = 1 AND start_at >= date_trunc('second', ${time}::timestamptz, 'UTC')
        AND start_at < date_trunc('minute', ${time}::timestamptz, 'UTC') + interval '1 minute'),
    ${Number.MAX_SAFE_INTEGER})`;
}
