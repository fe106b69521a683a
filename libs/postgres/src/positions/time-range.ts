import { compared, type Condition } from '../connection/scan-list.js';
import { firstSince, lastBefore, type TimedList } from './time-positions.js';

export interface TimeRange {
  /** At or after. */
  readonly sinceMs?: number | undefined;
  /** Before. */
  readonly untilMs?: number | undefined;
}

/** Conditions on a list by time: between which positions it lies, which an index finds, and the time itself. */
export function within(
  list: TimedList,
  columns: { readonly seq: string; readonly time: string },
  { sinceMs, untilMs }: TimeRange,
): { readonly found: Condition[]; readonly filtered: Condition[] } {
  const found: Condition[] = [];
  const filtered: Condition[] = [];
  if (sinceMs !== undefined) {
    const since = new Date(sinceMs);
    found.push({ values: [since], sql: (time = '') => `${columns.seq} >= ${firstSince(list, time)}` });
    filtered.push(compared(columns.time, '>=', since));
  }
  if (untilMs !== undefined) {
    const until = new Date(untilMs);
    found.push({ values: [until], sql: (time = '') => `${columns.seq} <= ${lastBefore(list, time)}` });
    filtered.push(compared(columns.time, '<', until));
  }
  return { found, filtered };
}
