import { count, goalLines, latency, line, micros, otherLoadLines, seconds } from './report-lines.js';
import type { Changes, DispatcherBoot, MatchRun } from './report.js';

export function printMatch(runs: readonly MatchRun[]): string[] {
  const name = Math.max(...runs.map(({ what }) => what.length));
  return runs.map(({ what, endpoints, reached, microsPerMatch }, index) =>
    line(
      index === 0 ? `match, ${count(endpoints)} endpoints of a tenant` : '',
      `${what.padEnd(name)}  ${micros(microsPerMatch).padStart(8)} an event, which reaches ${count(reached)}`,
    ),
  );
}

export function printBoot(run: DispatcherBoot): string[] {
  return [
    line(
      'start of a dispatcher',
      `${count(run.endpoints)} endpoints of ${count(run.tenants)} tenants (published in ${seconds(run.publishedInMs)})`,
    ),
    line(
      '',
      `ready after ${seconds(run.readyAfterMs)} with ${run.cpuSec.toFixed(2)} s CPU, resident ${count(run.residentMiB)} MiB, at most ${count(run.peakMiB)} MiB`,
    ),
    line(
      '',
      `with none: ready after ${seconds(run.emptyReadyAfterMs)}, at most ${count(run.emptyPeakMiB)} MiB`,
    ),
    line('', `a change followed, answer of the PATCH to receipt: ${latency(run.changeFollowed)}`),
    ...otherLoadLines(run.otherLoadCores),
    ...goalLines(run.goals),
  ];
}

export function printChanges(run: Changes): string[] {
  const name = Math.max(...run.kinds.map(({ what }) => what.length));
  return [
    line(
      'changes in force, in another process',
      `${run.ingests} of ingest, ${run.dispatchers} dispatchers, ${run.deliverers} deliverers; from the answer of the change`,
    ),
    ...run.kinds.map(({ what, inForceAfter, early }) =>
      line(
        '',
        `${what.padEnd(name)}  ${latency(inForceAfter)} (${count(inForceAfter.count)} changes, ${count(early)} probes met the old)`,
      ),
    ),
    ...otherLoadLines(run.otherLoadCores),
    ...goalLines(run.goals),
  ];
}
