import { summariseLatency, type LatencySummary } from '../figures.js';
import { PhaseFailed, type SteadyLatency } from '../report.js';
import { watchOtherLoad } from '../stack/other-load.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { cpuOf, usagesNow } from './process-cpu.js';

const perSecond = 500;

/** How long an event takes where the system is not full: from the producer's send to the receiver. */
export async function measureSteadyLatency(
  context: BenchContext,
  types: readonly string[],
): Promise<SteadyLatency> {
  const { load, options, receiver, stack } = context;
  const events = perSecond * (options.quick ? 3 : 10);
  const firstNumber = await receiver.call('expect', { events, receiptsPerEvent: 1 });
  await untilQuiet(stack.pids.values());
  const before = usagesNow(context);
  const otherLoad = watchOtherLoad();
  const doors = { natsUrl: stack.natsUrl, http: stack.http };
  const { sentAtMs, acceptedAtMs } = await load.call('publishSteadily', {
    doors,
    events,
    firstNumber,
    perSecond,
    types,
  });
  const { distinct } = await receiver.call('awaitAll', { timeoutMs: 30_000 });
  if (distinct !== events) throw new PhaseFailed(`steady rate: ${distinct} of ${events} deliveries arrived`);
  const otherLoadCores = otherLoad();
  const after = usagesNow(context);
  const arrivedAtMs = await receiver.call('arrivalTimes', undefined);
  return {
    perSecond,
    events,
    otherLoadCores,
    cpu: cpuOf({ before, after, quiet: after }, events),
    sendToAccepted: between(sentAtMs, acceptedAtMs),
    sendToReceipt: between(sentAtMs, arrivedAtMs),
    acceptedToReceipt: between(acceptedAtMs, arrivedAtMs),
  };
}

function between(fromMs: Float64Array, toMs: Float64Array): LatencySummary {
  const summary = summariseLatency(fromMs.map((from, number) => (toMs[number] ?? NaN) - from));
  if (!summary) throw new PhaseFailed('steady rate: nothing was published');
  return summary;
}
