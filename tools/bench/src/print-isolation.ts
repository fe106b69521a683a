import { count, goalLines, latency, line, otherLoadLines } from './report-lines.js';
import type { HangingFleet, Isolation, SteadyRun } from './report.js';

export function printIsolation(run: Isolation): string[] {
  const more = count(run.additional);
  return [
    line(
      'isolation',
      `${count(run.perSecond)} events/s over ${count(run.endpoints)} endpoints; of those that nothing is wrong with, 202 to receipt:`,
    ),
    ...steadyRun('undisturbed', run.undisturbed),
    ...steadyRun('undisturbed again', run.undisturbedAgain, `${ratioOf(run.undisturbedRatio)} the first`),
    ...steadyRun(`${run.hangingEndpoints} endpoints hang`, run.hanging, ratioOf(run.hangingRatio)),
    ...steadyRun(`${more} more, over all`, run.spread, ratioOf(run.spreadRatio)),
    ...steadyRun(`${more} more, to one`, run.flooded, ratioOf(run.floodedRatio)),
    ...goalLines(run.goals),
  ];
}

export function printFleet(run: HangingFleet): string[] {
  const { healthyEndpoints: healthy, hangingEndpoints: others, burst } = run;
  const atOnce = (how: string, perSecond: number) => {
    const title = `${count(burst)} at once, ${how}:`;
    return line('', `${title.padEnd(32)} ${count(perSecond)} healthy deliveries/s`);
  };
  return [
    line(
      'hanging fleet',
      `${healthy} healthy endpoints, ${count(run.perSecond)} events/s for them and as many for ${count(others)} others; the healthy, 202 to receipt:`,
    ),
    ...steadyRun('the others answer', run.undisturbed),
    ...steadyRun('the others hang', run.hanging),
    atOnce('the others answer', run.undisturbedPerSecond),
    atOnce('the others hang', run.hangingPerSecond),
    ...missingLines(run.missing),
    line('', `${count(run.openAtEnd)} requests without an answer at the end`),
    ...goalLines(run.goals),
  ];
}

/** @param ratio of its p99, by windows if it has those, with what it is compared to; the undisturbed one when nothing is said */
export function steadyRun(title: string, run: SteadyRun, ratio = ''): string[] {
  const { acceptedToReceipt, p99OfWindowMs } = run;
  const byWindow = p99OfWindowMs === undefined ? '' : `, of 2.5 s p99 ${p99OfWindowMs.toFixed(1)} ms`;
  const compared = ratio === '' ? '' : `${byWindow === '' ? ', p99' : ','} ${ratio}`;
  return [
    line('', `${`${title}:`.padEnd(24)} ${latency(acceptedToReceipt)}${byWindow}${compared}`),
    ...missingLines(run.missing),
    ...otherLoadLines(run.otherLoadCores),
  ];
}

/** They count with the time for which they were waited for, and so for less than they should. */
function missingLines(missing: number): string[] {
  return missing === 0 ? [] : [line('', `! ${count(missing)} of them did not arrive: it is worse than this`)];
}

function ratioOf(value: number): string {
  return `${value.toFixed(2)} ×`;
}
