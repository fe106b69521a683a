import type { components } from '@postel/client';
import type { Paint } from '../terminal/terminal.js';

type Stats = components['schemas']['Stats'];

export function statsLines(stats: Stats, paint: Paint): string[] {
  const finished = stats.successfulDeliveries + stats.failedDeliveries;
  const rate = finished === 0 ? '–' : `${(stats.successRate * 100).toFixed(1)} %`;
  const errors = Object.entries(stats.errorBreakdown).sort(([, a], [, b]) => b - a);
  const rows: readonly [string, string][] = [
    ['period', `the last ${stats.period}`],
    ['deliveries', String(stats.totalDeliveries)],
    ['succeeded', paint('green', String(stats.successfulDeliveries))],
    ['failed', stats.failedDeliveries > 0 ? paint('red', String(stats.failedDeliveries)) : '0'],
    ['success rate', rate],
    [
      'answers in',
      `p50 ${ms(stats.p50ResponseTime)}, p95 ${ms(stats.p95ResponseTime)}, p99 ${ms(stats.p99ResponseTime)}`,
    ],
    ['failed attempts', errors.map(([kind, count]) => `${kind}: ${count}`).join(', ') || 'none'],
    ['dead letters', String(stats.deadLetters)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${value}`);
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
