import { count, goalLines, line, micros, otherLoadLines, seconds } from './report-lines.js';
import { steadyRun } from './print-isolation.js';
import type { ProjectionRun, QueriesRun, RecoverRun } from './read-side-report.js';

export function printQueries(run: QueriesRun): string[] {
  const name = Math.max(...run.queries.map(({ what }) => what.length));
  return [
    line(
      'reads',
      `${count(run.attempts)} attempts of ${count(run.deliveries)} deliveries, half of them of one tenant (seeded in ${seconds(run.seededInMs)}, counted in ${seconds(run.countedInMs)}); ${count(run.runs)} runs each, over HTTP`,
    ),
    ...run.queries.map(({ what, rows, p50Ms, p95Ms }) =>
      line(
        '',
        `${what.padEnd(name)}  p50 ${p50Ms.toFixed(1).padStart(6)} ms, p95 ${p95Ms.toFixed(1).padStart(6)} ms  (${count(rows)})`,
      ),
    ),
    line('', `plans of the slowest: ${run.plansFile}`),
    ...otherLoadLines(run.otherLoadCores),
    ...goalLines(run.goals),
  ];
}

export function printProjection(run: ProjectionRun): string[] {
  return [
    line(
      'writing the tables from a full log',
      `${count(run.projectedPerSecond)} deliveries/s: ${count(run.deliveries)} to ${count(run.endpoints)} endpoints in ${seconds(run.elapsedMs)}, ${count(run.rounds)} rounds (medians); delivered at ${count(run.besideTablesPerSecond)}/s by all services (${count(run.inTablesPerSecond)}/s until the tables are level), at ${count(run.deliveriesPerSecond)}/s without it`,
    ),
    line('', `${count(run.sharedPerSecond)} deliveries/s by two processes`),
    line(
      '',
      `CPU a delivery: metrics ${micros(run.cpuMicrosEach)} (its start included), postgres ${micros(run.postgresCpuMicrosEach)}`,
    ),
    line(
      '',
      `made anew from the log: ${count(run.rebuild.rows)} rows in ${seconds(run.rebuild.elapsedMs)}, ${count(run.rebuild.rowsPerSecond)} rows/s`,
    ),
    ...otherLoadLines(run.otherLoadCores),
    ...goalLines(run.goals),
  ];
}

export function printRecover(run: RecoverRun): string[] {
  return [
    line(
      'beside a recover',
      `${count(run.perSecond)} events/s to others, while an endpoint gets ${count(run.missed)} events that it missed, ${count(run.recoveredPerSecond)}/s; the others, 202 to receipt:`,
    ),
    ...steadyRun('undisturbed', run.undisturbed),
    ...steadyRun('beside it', run.beside),
    line(
      '',
      `p99 of the median of ${count(run.rounds)} rounds: undisturbed ${run.undisturbed.p99OfRoundMs.toFixed(1)} ms, beside it ${run.beside.p99OfRoundMs.toFixed(1)} ms, ${run.besideRatio.toFixed(2)} × (two undisturbed halves: ${run.undisturbedHalvesRatio.toFixed(2)} ×)`,
    ),
    ...goalLines(run.goals),
  ];
}
