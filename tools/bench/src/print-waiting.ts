import { steadyRun } from './print-isolation.js';
import { count, goalLines, latency, line, micros, otherLoadLines, seconds } from './report-lines.js';
import type { DelivererMemory, WaitingRoom } from './report.js';

export function printWaiting(run: WaitingRoom): string[] {
  const { due, putBack, drain, restart } = run;
  return [
    line(
      'deliveries that wait',
      `${count(run.rows)} for ${count(run.endpoints)} endpoints, put there in ${seconds(run.seededInMs)}; beside them ${count(run.perSecond)} events/s:`,
    ),
    ...steadyRun('202 to receipt, none', run.firstAttemptsWithout),
    ...steadyRun('202 to receipt, waiting', run.firstAttemptsWith),
    line('', `${count(due.rows)} become due, ${count(due.perSecond)} a second; from due to receipt:`),
    line(
      '',
      `${'late:'.padEnd(24)} ${latency(due.lateness)}; ${count(due.early)} early, ${count(due.duplicates)} duplicates`,
    ),
    ...otherLoadLines(due.otherLoadCores),
    line(
      '',
      `${count(putBack.rows)} due at once, none delivered meanwhile: ${count(putBack.putBackPerSecond)} put back a second, ${micros(putBack.cpuMicrosEach)} CPU each`,
    ),
    ...otherLoadLines(putBack.otherLoadCores),
    line(
      '',
      `${count(drain.rows)} due at once and delivered too: ${count(drain.putBackPerSecond)} put back a second, ${count(drain.receivedPerSecond)} received a second`,
    ),
    ...otherLoadLines(drain.otherLoadCores),
    line(
      '',
      `restart of everything while ${count(restart.rows)} become due: ${count(restart.received)} received, ${count(restart.early)} early, ${count(restart.duplicates)} duplicates; away ${seconds(restart.awayMs)}, the last came ${seconds(restart.caughtUpAfterMs)} after it was due and all was ready`,
    ),
    ...goalLines(run.goals),
  ];
}

export function printMemory(run: DelivererMemory): string[] {
  return [
    line(
      'memory of the deliverer',
      `${count(run.endpoints)} endpoints (made in ${seconds(run.createdInMs)}), ${count(run.waiting)} deliveries waiting, then ${count(run.events)} events over all, ${count(run.deliveriesPerSecond)} deliveries/s`,
    ),
    line(
      '',
      `at rest ${count(run.atRestMiB)} MiB, after the traffic ${count(run.afterTrafficMiB)} MiB, at most ${count(run.peakMiB)} MiB`,
    ),
    ...goalLines(run.goals),
  ];
}
