import type { Check } from '../check-figures/check.js';
import type { Colours } from '../print-requests/colours.js';
import type { EndpointFigures } from './figures.js';

const columns: readonly (readonly [title: string, cell: (figures: EndpointFigures) => string])[] = [
  ['accepted', ({ accepted }) => count(accepted)],
  ['delivered', ({ delivered }) => count(delivered)],
  ['retried', ({ retried }) => count(retried)],
  ['dead', ({ dead }) => count(dead)],
  ['requests', ({ requests }) => count(requests)],
  ['verified', ({ verified }) => count(verified)],
  ['seen twice', ({ seenTwice }) => count(seenTwice)],
  ['p50', ({ p50Ms }) => duration(p50Ms)],
  ['p99', ({ p99Ms }) => duration(p99Ms)],
];

/** One line an endpoint, and their sum. */
export function tableOf(endpoints: readonly EndpointFigures[], total: EndpointFigures): string {
  const head = ['endpoint', ...columns.map(([title]) => title)];
  const rows = [...endpoints, total].map((figures) => [
    figures.name,
    ...columns.map(([, cell]) => cell(figures)),
  ]);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  const body = rows.map(line);
  return [line(head), rule, ...body.slice(0, -1), rule, ...body.slice(-1)].join('\n');
}

export function checkLine({ about, left, relation, right, ok, hint }: Check, colours: Colours): string {
  const figures = `${left.what} ${count(left.value)} ${ok ? relation : 'but'} ${right.what} ${count(right.value)}`;
  const line = `${about}: ${figures}${hint === undefined ? '' : ` (${hint})`}`;
  return ok ? `${colours.good('✓')} ${line}` : colours.bad(`✗ ${line}`);
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function duration(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}
