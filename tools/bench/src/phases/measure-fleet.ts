import { perSecond as rateOf, ratio } from '../figures.js';
import { atMost } from '../goal.js';
import { monotonicMs } from '../monotonic-clock.js';
import { receiverPath } from '../receiver/receiver-path.js';
import type { HangingFleet } from '../report.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { createReceivers, type Receivers } from './receivers.js';
import { reportedByWindow, runSteadily } from './run-steadily.js';

const full = { healthy: 20, others: 500, perSecond: 200, seconds: 25, burst: 5_000 };
const quick = { ...full, seconds: 2, burst: 1_000 };

const patienceMs = { full: 40_000, quick: 8_000 };
const goal = 1.2;

/**
 * A few healthy endpoints beside hundreds that accept the connection and never answer; half of all events go to each.
 * Compared with hundreds that answer, so that there is as much to do.
 */
export async function measureFleet(
  context: BenchContext,
  step: (line: string) => void,
): Promise<HangingFleet> {
  const { healthy, others, perSecond, seconds, burst } = context.options.quick ? quick : full;
  const { types } = await createReceivers(context, healthy);
  // answered, and not counted
  const answering = await createReceivers(
    context,
    others,
    (index) => receiverPath.delaying(0, index),
    healthy,
  );
  const hanging = await createReceivers(context, others, receiverPath.hanging, healthy + others);
  const beside = (there: Receivers) => ({ types: inTurn(types, there.types), isMeasured: isFirstInTurn });
  const steady = (there: Receivers) =>
    runSteadily(context, { perSecond: 2 * perSecond, seconds, ...beside(there) });
  step('hanging fleet: warming up');
  const publish = (there: Receivers) => measureBurst(context, beside(there).types, burst);
  await publish(answering);
  step('hanging fleet: all endpoints answer');
  const undisturbed = await steady(answering);
  const burstUndisturbed = await publish(answering);
  step(`hanging fleet: ${others} endpoints hang`);
  const hang = await steady(hanging);
  const burstHanging = await publish(hanging);
  const p99Ratio = ratio(hang.p99OfWindowMs, undisturbed.p99OfWindowMs);
  return {
    healthyEndpoints: healthy,
    hangingEndpoints: others,
    perSecond,
    undisturbed: reportedByWindow(undisturbed),
    hanging: reportedByWindow(hang),
    burst,
    undisturbedPerSecond: burstUndisturbed.perSecond,
    hangingPerSecond: burstHanging.perSecond,
    missing: burstHanging.missing,
    openAtEnd: await context.receiver.call('hangUp', undefined),
    goals: [
      atMost("healthy endpoints' p99 beside those that hang ÷ beside those that answer", p99Ratio, goal),
    ],
  };
}

/** The first and the second alternate, each starting over at its end. */
function inTurn(first: readonly string[], second: readonly string[]): readonly string[] {
  return second.flatMap((type, i) => [first[i % first.length] as string, type]);
}

const isFirstInTurn = (number: number) => number % 2 === 0;

/** Deliveries to the healthy endpoints, from the first publish to their last receipt, or to the end of the waiting. */
async function measureBurst(
  { load, options, receiver, stack }: BenchContext,
  types: readonly string[],
  deliveries: number,
): Promise<{ readonly perSecond: number; readonly missing: number }> {
  await untilQuiet(stack.pids.values(), 10_000);
  const events = 2 * deliveries;
  const firstNumber = await receiver.call('expect', { events, receiptsPerEvent: 1, deliveries });
  const timeoutMs = options.quick ? patienceMs.quick : patienceMs.full;
  const doors = { natsUrl: stack.natsUrl, http: stack.http };
  const [{ firstSentAtMs }, { distinct, lastAtMs }] = await Promise.all([
    load.call('publishEvents', { doors, door: options.door, events, firstNumber, types }),
    receiver.call('awaitAll', { timeoutMs }),
  ]);
  const missing = deliveries - distinct;
  const endedAtMs = missing === 0 ? lastAtMs : monotonicMs();
  return { perSecond: rateOf(distinct, endedAtMs - firstSentAtMs), missing };
}
