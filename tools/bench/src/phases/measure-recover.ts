import { setTimeout as delay } from 'node:timers/promises';
import { benchTypes } from '../bench-event.js';
import { perSecond as rate, ratio } from '../figures.js';
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
import { latencyOf, reported, runSteadily } from './run-steadily.js';

const full = { endpoints: 200, perSecond: 300, seconds: 15, warmUpSeconds: 5, missed: 40_000 };
const quick: typeof full = { ...full, perSecond: 200, seconds: 2, warmUpSeconds: 1, missed: 3_000 };
const goal = 1.1;
const patienceMs = 60_000;

/** What an endpoint that gets all that it missed does to the others: live traffic at a steady rate, without and beside it. */
export async function measureRecover(
  context: BenchContext,
  step: (line: string) => void,
): Promise<RecoverRun> {
  const plan = context.options.quick ? quick : full;
  const { endpoints, missed, perSecond, seconds } = plan;
  const { types } = await createReceivers(context, endpoints);
  step(`recover: ${missed} events that nobody wants yet`);
  const since = new Date(Date.now() - 1_000).toISOString();
  await publishBeside(context, [benchTypes.single(endpoints)], missed);
  await untilQuiet(context.stack.pids.values(), 60_000);
  step('recover: warming up');
  await runSteadily(context, { perSecond, seconds: plan.warmUpSeconds, types });
  step('recover: undisturbed');
  const undisturbed = await runSteadily(context, { perSecond, seconds, types });
  step('recover: beside one that recovers');
  const job = await beginRecover(context, endpoints, since);
  const before = await madeUntilNow(context, job, 1);
  const beginMs = monotonicMs();
  const beside = await runSteadily(context, { perSecond, seconds, types });
  const made = (await madeUntilNow(context, job)) - before;
  const recoveredPerSecond = rate(made, monotonicMs() - beginMs);
  await manage(context.stack, 'POST', `/v1/jobs/${job}/pause`).catch(() => undefined); // it may be done
  await untilQuiet(context.stack.pids.values(), 60_000);
  step('recover: undisturbed, again');
  const undisturbedAgain = await runSteadily(context, { perSecond, seconds, types });
  const both = latencyOf([...undisturbed.latenciesMs, ...undisturbedAgain.latenciesMs]).p99Ms;
  const besideRatio = ratio(beside.acceptedToReceipt.p99Ms, both);
  return {
    perSecond,
    missed,
    recoveredPerSecond,
    undisturbed: reported(undisturbed),
    undisturbedAgain: reported(undisturbedAgain),
    undisturbedRatio: ratio(undisturbedAgain.acceptedToReceipt.p99Ms, undisturbed.acceptedToReceipt.p99Ms),
    beside: reported(beside),
    besideRatio,
    goals: [atMost('p99 of live deliveries beside a recover ÷ undisturbed', besideRatio, goal)],
  };
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
