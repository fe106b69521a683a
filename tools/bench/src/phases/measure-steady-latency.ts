import { summariseLatency, type LatencySummary } from '../figures.js';
import { PhaseFailed, type SteadyLatency } from '../report.js';
import type { BenchContext } from './bench-context.js';

const perSecond = 500;

/** How long an event takes where the system is not full: from the producer's send to the receiver. */
export async function measureSteadyLatency(
  { load, options, receiver, stack }: BenchContext,
  types: readonly string[],
): Promise<SteadyLatency> {
  const events = perSecond * (options.quick ? 3 : 10);
  await receiver.call('expect', { events, receiptsPerEvent: 1 });
  const doors = { natsUrl: stack.natsUrl, http: stack.http };
  const { sentAtMs, acceptedAtMs } = await load.call('publishSteadily', { doors, events, perSecond, types });
  const { distinct } = await receiver.call('awaitAll', { timeoutMs: 30_000 });
  if (distinct !== events) throw new PhaseFailed(`steady rate: ${distinct} of ${events} deliveries arrived`);
  const arrivedAtMs = await receiver.call('arrivalTimes', undefined);
  return {
    perSecond,
    events,
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
