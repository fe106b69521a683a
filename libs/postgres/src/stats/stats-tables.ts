import type { DeliveryFigures } from '@postel/domain';

/** Figures of an hour are told by the minute, those of a day or a week by the hour. */
export interface StatsTable {
  readonly name: 'stats_minutes' | 'stats_hours';
  readonly spanMs: number;
  /** Rows that begin earlier are neither written nor kept; `null`: what retention says. */
  readonly keptMs: number | null;
}

export const statsMinutes = {
  name: 'stats_minutes',
  spanMs: 60_000,
  keptMs: 2 * 3_600_000,
} as const satisfies StatsTable;
export const statsHours = {
  name: 'stats_hours',
  spanMs: 3_600_000,
  keptMs: null,
} as const satisfies StatsTable;

/** What a row has beside its key; one with an empty tenant is of all tenants together. */
export interface FiguresRow {
  readonly created: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly dead_letters: number;
  readonly attempts: number;
  readonly duration_us: number;
  readonly latencies: readonly number[];
  readonly errors: Readonly<Record<string, number>>;
}

export const figuresColumns =
  'created, succeeded, failed, dead_letters, attempts, duration_us, latencies, errors';

export function addRow(figures: DeliveryFigures, row: FiguresRow): void {
  figures.created += row.created;
  figures.succeeded += row.succeeded;
  figures.failed += row.failed;
  figures.deadLetters += row.dead_letters;
  figures.attempts += row.attempts;
  figures.durationUs += row.duration_us;
  figures.latencies.addPairs(row.latencies);
  for (const [error, count] of Object.entries(row.errors)) figures.countError(error, count);
}
