import { ratio } from '../figures.js';
import { atMost } from '../goal.js';
import { receiverPath } from '../receiver/receiver-path.js';
import type { Isolation } from '../report.js';
import { deleteEndpoint } from '../stack/endpoints.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { publishBeside } from './publish-beside.js';
import { createReceivers, type Receivers } from './receivers.js';
import {
  latencyOf,
  p99OfWindow,
  reported,
  reportedByWindow,
  runSteadily,
  type MeasuredRun,
} from './run-steadily.js';

const full = {
  endpoints: 200,
  hanging: 20,
  perSecond: 400,
  seconds: 30,
  warmUpSeconds: 5,
  additional: 10_000,
  /** Deliveries to those that hang before the run with them. */
  backlog: 1_000,
};
const quick = { ...full, perSecond: 300, seconds: 2, warmUpSeconds: 1, additional: 1_000 };

const floodedAnswersAfterMs = 50;
const goal = 1.2;

/**
 * What endpoints that hang, and one that is flooded, do to the others: the same steady load in every run, and in each
 * the deliveries of the endpoints that nothing is wrong with. The flood is compared with as many deliveries more spread
 * over those, for it also is more work.
 */
export async function measureIsolation(
  context: BenchContext,
  step: (line: string) => void,
): Promise<Isolation> {
  const plan = context.options.quick ? quick : full;
  const { endpoints, hanging, additional, perSecond, seconds } = plan;
  const { types } = await createReceivers(context, endpoints);
  const flooded = await createReceivers(
    context,
    1,
    (index) => receiverPath.delaying(floodedAnswersAfterMs, index),
    endpoints,
  );
  /** The first ones of the types are those that nothing is wrong with. */
  const run = (types: readonly string[], healthy: number, beside?: () => Promise<unknown>) => {
    const isMeasured = (number: number) => number % types.length < healthy;
    return runSteadily(context, { perSecond, seconds, types, isMeasured }, beside);
  };
  const withFlood = (flood: readonly string[]) => () => publishBeside(context, flood, additional);
  step('isolation: warming up');
  await runSteadily(context, { perSecond, seconds: plan.warmUpSeconds, types });
  step('isolation: undisturbed');
  const undisturbed = await run(types, endpoints);
  step(`isolation: ${hanging} of ${endpoints} endpoints hang`);
  const hangs = await createReceivers(context, hanging, receiverPath.hanging, endpoints + 1);
  const healthy = types.slice(0, endpoints - hanging);
  await publishBeside(context, hangs.types, plan.backlog); // they have hung for a while
  const hang = await run([...healthy, ...hangs.types], healthy.length);
  await gone(context, hangs);
  await context.receiver.call('hangUp', undefined);
  step('isolation: undisturbed, again');
  const undisturbedAgain = await run(types, endpoints);
  step(`isolation: ${additional} deliveries more, over all endpoints`);
  const spread = await run(types, endpoints, withFlood(types));
  step(`isolation: ${additional} deliveries more, to one endpoint`);
  const others = types.slice(0, endpoints - 1);
  const flood = await run([...others, ...flooded.types], others.length, withFlood(flooded.types));
  await gone(context, flooded);
  return {
    perSecond,
    endpoints,
    hangingEndpoints: hanging,
    additional,
    ...comparison({ undisturbed, undisturbedAgain, spread, flood, hang }, seconds),
  };
}

/** With them goes what is left of their deliveries. */
async function gone({ stack }: BenchContext, { ids }: Receivers): Promise<void> {
  for (const id of ids) await deleteEndpoint(stack, id);
  await untilQuiet(stack.pids.values(), 30_000);
}

function comparison(
  runs: Readonly<Record<'undisturbed' | 'undisturbedAgain' | 'spread' | 'flood' | 'hang', MeasuredRun>>,
  seconds: number,
) {
  const { undisturbed, undisturbedAgain, spread, flood, hang } = runs;
  const p99 = (run: MeasuredRun) => run.acceptedToReceipt.p99Ms;
  const twice = [undisturbed.latenciesMs, undisturbedAgain.latenciesMs];
  const both = latencyOf(twice.flatMap((latenciesMs) => [...latenciesMs])).p99Ms;
  const hangingRatio = ratio(hang.p99OfWindowMs, p99OfWindow(twice, seconds));
  const floodRatio = ratio(p99(flood), p99(spread));
  return {
    undisturbed: reportedByWindow(undisturbed),
    undisturbedAgain: reportedByWindow(undisturbedAgain),
    undisturbedRatio: ratio(undisturbedAgain.p99OfWindowMs, undisturbed.p99OfWindowMs),
    hanging: reportedByWindow(hang),
    hangingRatio,
    spread: reported(spread),
    spreadRatio: ratio(p99(spread), both),
    flooded: reported(flood),
    floodedRatio: ratio(p99(flood), both),
    goals: [
      atMost("others' p99 beside endpoints that hang ÷ undisturbed", hangingRatio, goal),
      atMost("others' p99 beside a flooded endpoint ÷ with the same load spread", floodRatio, goal),
    ],
  };
}
