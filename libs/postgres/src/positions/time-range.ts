import { compared, type Condition } from '../connection/scan-list.js';
import { storableTime } from '../connection/storable.js';
import type { Sql } from '../connection/transaction.js';
import { spanSeconds, startOfSpan, type TimedList } from './time-positions.js';

export interface TimeRange {
  /** At or after. */
  readonly sinceMs?: number | undefined;
  /** Before. */
  readonly untilMs?: number | undefined;
}

export interface TimeConditions {
  /** Between which positions it lies, which an index finds. */
  readonly found: readonly Condition[];
  /** The time itself. */
  readonly filtered: readonly Condition[];
}

interface Stretch {
  readonly seconds: number;
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

const [small, middle, large] = spanSeconds;
const farMs = 253_402_300_799_999;

/** Conditions on a list by time. */
export async function within(
  sql: Sql,
  list: TimedList,
  columns: { readonly seq: string; readonly time: string },
  { sinceMs, untilMs }: TimeRange,
): Promise<TimeConditions> {
  const found: Condition[] = [];
  const filtered: Condition[] = [];
  if (sinceMs !== undefined) {
    const first = await positionIn(sql, 'min(first_seq)', list, since(storableTime(sinceMs)));
    found.push(compared(columns.seq, '>=', first ?? Number.MAX_SAFE_INTEGER));
    filtered.push(compared(columns.time, '>=', new Date(sinceMs)));
  }
  if (untilMs !== undefined) {
    const last = await positionIn(sql, 'max(last_seq)', list, until(storableTime(untilMs)));
    found.push(compared(columns.seq, '<=', last ?? -1));
    filtered.push(compared(columns.time, '<', new Date(untilMs)));
  }
  return { found, filtered };
}

/** How far the positions of what happened since a time reach: how many messages of its stream that are, at most. */
export async function positionsSince(sql: Sql, list: TimedList, timeMs: number): Promise<number> {
  const stretches = since(storableTime(timeMs));
  const first = await positionIn(sql, 'min(first_seq)', list, stretches);
  const last = first === null ? null : await positionIn(sql, 'max(last_seq)', list, stretches);
  return first === null || last === null ? 0 : last - first + 1;
}

/** Everything at or after a time: the largest stretches that begin after it, and smaller ones up to those. */
function since(timeMs: number): Stretch[] {
  const middleMs = startOfSpan(timeMs, middle) + middle * 1_000;
  const largeMs = startOfSpan(timeMs, large) + large * 1_000;
  return [
    { seconds: small, fromMs: startOfSpan(timeMs, small), toMs: middleMs },
    { seconds: middle, fromMs: middleMs, toMs: largeMs },
    { seconds: large, fromMs: largeMs, toMs: farMs },
  ];
}

/** Everything before a time, likewise. */
function until(timeMs: number): Stretch[] {
  const middleMs = startOfSpan(timeMs, middle);
  const largeMs = startOfSpan(timeMs, large);
  return [
    { seconds: small, fromMs: middleMs, toMs: timeMs },
    { seconds: middle, fromMs: largeMs, toMs: middleMs },
    { seconds: large, fromMs: -62_135_596_800_000, toMs: largeMs },
  ];
}

/** @returns null where nothing is noted */
async function positionIn(
  sql: Sql,
  position: 'min(first_seq)' | 'max(last_seq)',
  list: TimedList,
  stretches: readonly Stretch[],
): Promise<number | null> {
  const { rows } = await sql.query<{ seq: number | null }>(
    `SELECT ${position} AS seq
       FROM unnest($2::integer[], $3::timestamptz[], $4::timestamptz[]) AS stretch (seconds, from_time, to_time),
            LATERAL (SELECT first_seq, last_seq FROM time_positions
                      WHERE list = $1 AND seconds = stretch.seconds
                        AND start_at >= stretch.from_time AND start_at < stretch.to_time
                     OFFSET 0) AS noted`,
    [
      list,
      stretches.map(({ seconds }) => seconds),
      stretches.map(({ fromMs }) => isoOf(fromMs)),
      stretches.map(({ toMs }) => isoOf(toMs)),
    ],
  );
  return rows[0]?.seq ?? null;
}

function isoOf(timeMs: number): string {
  return new Date(storableTime(timeMs)).toISOString();
}
