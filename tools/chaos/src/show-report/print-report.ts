import type { Complaint } from '../check-evidence/complaints.js';
import { isGood, type ChaosReport, type FaultResult } from './report.js';

type Played = Extract<FaultResult, { kind: 'played' }>;

const columns: readonly (readonly [title: string, cell: (played: Played) => string])[] = [
  ['acknowledged', ({ figures }) => count(figures.acknowledged)],
  ['delivered', ({ figures }) => count(figures.delivered)],
  ['dead', ({ figures }) => count(figures.dead)],
  ['ordered', ({ figures }) => count(figures.ordered)],
  ['lost', ({ figures }) => count(figures.lost)],
  ['duplicates', ({ figures }) => count(figures.duplicates)],
  ['in flight', ({ figures }) => count(figures.inFlight)],
  ['drain s', ({ drainMs }) => (drainMs / 1_000).toFixed(1)],
  ['checks', ({ complaints }) => (complaints.length === 0 ? 'ok' : `${complaints.length} failed`)],
];

/** The report for a person. */
export function printReport({ date, machine, seed, results }: ChaosReport): string {
  const bad = results.filter((result) => !isGood(result));
  return [
    `Postel fault injection, ${date}, seed ${seed}`,
    machine,
    '',
    ...tableOf(results),
    ...bad.flatMap(faultLines),
    '',
    bad.length === 0
      ? 'Nothing is lost, and every check holds.'
      : `${bad.length} of ${results.length} faults: see above.`,
    '',
  ].join('\n');
}

function tableOf(results: readonly FaultResult[]): string[] {
  const head = ['fault', ...columns.map(([title]) => title)];
  const rows = results.map((result) =>
    result.kind === 'played'
      ? [result.fault, ...columns.map(([, cell]) => cell(result))]
      : [result.fault, `${result.kind}: ${result.reason.split('\n')[0] ?? ''}`],
  );
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.filter(({ length }) => length > 2).map((row) => row[column]?.length ?? 0)),
  );
  const first = Math.max(...rows.map(([name = '']) => name.length), 5);
  const line = (cells: readonly string[]) =>
    [
      (cells[0] ?? '').padEnd(first),
      ...cells
        .slice(1)
        .map((cell, index) => (cells.length > 2 ? cell.padStart(widths[index + 1] ?? 0) : cell)),
    ].join('  ');
  return [line(head), ...rows.map(line)];
}

function faultLines(result: FaultResult): string[] {
  if (result.kind !== 'played')
    return ['', `${result.fault}: ${result.kind === 'failed' ? result.reason : ''}`];
  return ['', `${result.fault}:`, ...result.complaints.map(complaintLine)];
}

export function complaintLine({ check, count: times, examples }: Complaint): string {
  return `  ✗ ${check}: not so ${count(times)} times, such as ${examples.join('; ')}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
