import type { LatencySummary } from './figures.js';
import { isReached, type Goal } from './goal.js';

/** What the lines of the printed report are made of: a title, or none, and what was measured. */
const disturbingCores = 0.2;

export function line(title: string, text: string): string {
  return `${title.padEnd(37)} ${text}`;
}

/** A goal that was missed is said as loudly as one that was reached. */
export function goalLines(goals: readonly Goal[]): string[] {
  return goals.map((goal) => {
    const sense = goal.sense === 'at most' ? '≤' : '≥';
    const verdict = isReached(goal) ? 'reached' : 'MISSED';
    return line(
      '',
      `goal: ${goal.what} ${sense} ${figure(goal.limit)}${goal.unit}: ${figure(goal.value)}${goal.unit}, ${verdict}`,
    );
  });
}

/** Figures of a machine that does other work at the same time say little. */
export function otherLoadLines(cores: number | null): string[] {
  if (cores === null || cores < disturbingCores) return [];
  return [
    line('', `! other programs took ${cores.toFixed(2)} cores meanwhile: it would be better without them`),
  ];
}

export function latency({ p50Ms, p99Ms, maxMs }: LatencySummary): string {
  return `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, at most ${maxMs.toFixed(1)} ms`;
}

/** 12345.6 → 12,346 */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function micros(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} µs`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

/** Ratios to the hundredth, large figures whole. */
function figure(value: number): string {
  return Number.isInteger(value) || value >= 100 ? count(value) : value.toFixed(2);
}
