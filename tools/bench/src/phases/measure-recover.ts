import { setTimeout as delay } from 'node:timers/promises';
import { benchTypes } from '../bench-event.js';
import { median, perSecond as rate, ratio } from '../figures.js';
import { atMost } from '../goal.js';
import { monotonicMs } from '../monotonic-clock.js';
import type { RecoverRun } from '../read-side-report.js';
import { receiverPath } from '../receiver/receiver-path.js';
import { PhaseFailed } from '../report.js';
import { createEndpoint, manage } from '../stack/endpoints.js';
import { receiverOrigin } from '../stack/receiver-origin.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { publishBeside } from './publish-beside.js';
import { createReceivers } from './receivers.js';
import { runSteadily, together, type MeasuredRun } from './run-steadily.js';

const full = { endpoints: 200, perSecond: 300, seconds: 2.5, rounds: 24, warmUpSeconds: 20, missed: 40_000 };
const quick: typeof full = {
  ...full,
  perSecond: 200,
  seconds: 2,
  rounds: 2,
  warmUpSeconds: 1,
  missed: 3_000,
};
const goal = 1.1;
/** At its slowest. */
const pageEverySeconds = 5;
const patienceMs = 60_000;

/**
 * What an endpoint that gets all that it missed does to the others: live traffic at a steady rate, without it and beside
 * it, in turn: the machine is not the same from minute to minute. Of each round its p99, and of those the median: one
 * collection of garbage makes thirty deliveries late, so that of all rounds together it decides what p99 is (two
 * undisturbed halves of the same run differed by 0.6 to 1.3 times). How much such halves differ is part of the result.
 */
export async function measureRecover(
  context: BenchContext,
  step: (line: string) => void,
): Promise<RecoverRun> {
  const plan = context.options.quick ? quick : full;
  const { endpoints, missed, perSecond, rounds, seconds } = plan;
  const { types } = await createReceivers(context, endpoints);
  step(`recover: ${missed} events that nobody wants yet`);
  const since = new Date(Date.now() - 1_000).toISOString();
  await publishBeside(context, [benchTypes.single(endpoints)], missed);
  await untilQuiet(context.stack.pids.values(), 60_000);
  step('recover: warming up');
  const job = await beginRecover(context, endpoints, since);
  await madeUntilNow(context, job, 1);
  await runSteadily(context, { perSecond, seconds: plan.warmUpSeconds, types, isQuietBefore: false });
  const runs: Record<'undisturbed' | 'beside', MeasuredRun[]> = { undisturbed: [], beside: [] };
  const pace = { made: 0, elapsedMs: 0 };
  for (let round = 1; round <= rounds; round++) {
    step(`recover, round ${round}: undisturbed`);
    await pauseJob(context, job);
    runs.undisturbed.push(await runSteadily(context, { perSecond, seconds, types, isQuietBefore: false }));
    step(`recover, round ${round}: beside one that recovers`);
    await pauseJob(context, job);
    await turnJob(context, job, 'resume');
    await madeUntilNow(context, job, (await madeUntilNow(context, job)) + 1);
    // or every round would begin just after a page; with live traffic, or the pace would go as it does alone
    const events = Math.ceil((perSecond * pageEverySeconds * round) / rounds);
    await runSteadily(context, { perSecond, seconds: events / perSecond, types, isQuietBefore: false });
    const before = await madeUntilNow(context, job);
    const beginMs = monotonicMs();
    runs.beside.push(await runSteadily(context, { perSecond, seconds, types, isQuietBefore: false }));
    pace.made += (await madeUntilNow(context, job)) - before;
    pace.elapsedMs += monotonicMs() - beginMs;
  }
  await turnJob(context, job, 'pause');
  if (pace.made === 0) throw new PhaseFailed('recover: nothing was made beside live traffic');
  const [undisturbed, beside] = [p99sOf(runs.undisturbed), p99sOf(runs.beside)];
  const besideRatio = ratio(median(beside), median(undisturbed));
  const [odd, even] = [undisturbed.filter((_, i) => i % 2 === 1), undisturbed.filter((_, i) => i % 2 === 0)];
  return {
    perSecond,
    missed,
    recoveredPerSecond: rate(pace.made, pace.elapsedMs),
    rounds,
    undisturbed: { ...together(runs.undisturbed), p99OfRoundMs: median(undisturbed) },
    beside: { ...together(runs.beside), p99OfRoundMs: median(beside) },
    besideRatio,
    undisturbedHalvesRatio: ratio(median(odd), median(even)),
    goals: [atMost('p99 of live deliveries beside a recover ÷ undisturbed', besideRatio, goal)],
  };
}

const p99sOf = (runs: readonly MeasuredRun[]) => runs.map(({ acceptedToReceipt }) => acceptedToReceipt.p99Ms);

async function pauseJob(context: BenchContext, job: string): Promise<void> {
  await turnJob(context, job, 'pause');
  await untilQuiet(context.stack.pids.values(), 10_000);
}

/** It may be done: then it cannot be turned. */
async function turnJob({ stack }: BenchContext, job: string, how: 'pause' | 'resume'): Promise<void> {
  await manage(stack, 'POST', `/v1/jobs/${job}/${how}`).catch(() => undefined);
}

/** @returns the job */
async function beginRecover(
  { receiverPort, stack }: BenchContext,
  index: number,
  since: string,
): Promise<string> {
  const url = receiverOrigin(receiverPort, index) + receiverPath.answering(index);
  const id = await createEndpoint(stack, { url, events: [benchTypes.single(index)] });
  const job = await manage(stack, 'POST', `/v1/endpoints/${id}/recover`, { since, only: 'missing' });
  return (job as { id: string }).id;
}

/** Deliveries that the job has made, as soon as it has made so many. */
async function madeUntilNow({ stack }: BenchContext, job: string, atLeast = 0): Promise<number> {
  for (const untilMs = monotonicMs() + patienceMs; monotonicMs() < untilMs; await delay(100)) {
    const { progress } = (await manage(stack, 'GET', `/v1/jobs/${job}`)) as {
      progress: { deliveries: number };
    };
    if (progress.deliveries >= atLeast) return progress.deliveries;
  }
  throw new PhaseFailed(`recover: nothing was made within ${patienceMs / 1_000} s`);
}
