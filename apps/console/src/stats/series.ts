import type { components } from '@postel/client';
import { count, duration, percent } from '../parts/format.js';

export type Series = components['schemas']['StatsSeries'];
export type Point = Series['points'][number];
export type Period = Series['period'];

/** What a chart draws: an object for each step, `at` being what stands below it. */
export type ChartRow = Readonly<Record<string, string | number | null>>;

/** So that the others do not need colours that cannot be told apart. */
export const maxKinds = 5;
const others = 'others';

/** What failed most, first; beyond five kinds the rest is one. */
export function kindsOf(
  points: readonly Point[],
): readonly { readonly kind: string; readonly total: number }[] {
  const totals = new Map<string, number>();
  for (const { errorBreakdown } of points) {
    for (const [kind, number] of Object.entries(errorBreakdown))
      totals.set(kind, (totals.get(kind) ?? 0) + number);
  }
  const sorted = [...totals]
    .map(([kind, total]) => ({ kind, total }))
    .sort((a, b) => b.total - a.total || a.kind.localeCompare(b.kind));
  if (sorted.length <= maxKinds) return sorted;
  const rest = sorted.slice(maxKinds - 1).reduce((sum, { total }) => sum + total, 0);
  return [...sorted.slice(0, maxKinds - 1), { kind: others, total: rest }];
}

/** `503`, `timeout` and the like, in words where it is no status. */
export function kindLabel(kind: string): string {
  return /^\d{3}$/.test(kind) ? `Answered ${kind}` : kind.replaceAll('_', ' ');
}

export function errorRows(points: readonly Point[], period: Period): ChartRow[] {
  const kinds = kindsOf(points);
  const named = new Set(kinds.map(({ kind }) => kind));
  return points.map(({ at, errorBreakdown }) => {
    const row: Record<string, string | number> = { at: stepLabel(at, period) };
    for (const { kind } of kinds) row[kind] = errorBreakdown[kind] ?? 0;
    const rest = Object.entries(errorBreakdown).filter(([kind]) => !named.has(kind));
    if (named.has(others))
      row[others] = rest.reduce((sum, [, number]) => sum + number, errorBreakdown[others] ?? 0);
    return row;
  });
}

export function volumeRows(points: readonly Point[], period: Period): ChartRow[] {
  return points.map(({ at, totalDeliveries, successfulDeliveries, failedDeliveries }) => ({
    at: stepLabel(at, period),
    succeeded: successfulDeliveries,
    failed: failedDeliveries,
    // of this step, and not ended yet
    waiting: Math.max(totalDeliveries - successfulDeliveries - failedDeliveries, 0),
  }));
}

export function rateRows(points: readonly Point[], period: Period): ChartRow[] {
  return points.map(({ at, successRate }) => ({ at: stepLabel(at, period), rate: successRate }));
}

export function latencyRows(points: readonly Point[], period: Period): ChartRow[] {
  return points.map(({ at, p50ResponseTime, p95ResponseTime, p99ResponseTime }) => ({
    at: stepLabel(at, period),
    p50: p50ResponseTime,
    p95: p95ResponseTime,
    p99: p99ResponseTime,
  }));
}

const ofDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const ofWeek = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** When a step begins, in the reader's time, as short as the period lets it be. */
export function stepLabel(at: string, period: Period): string {
  return (period === 'week' ? ofWeek : ofDay).format(new Date(at));
}

/** Where nothing was, there is no rate and no time. */
export const show = {
  count: (value: number | null) => (value === null ? '–' : count(value)),
  rate: (value: number | null) => (value === null ? '–' : percent(value)),
  time: (value: number | null) => (value === null ? '–' : duration(value)),
} as const;
