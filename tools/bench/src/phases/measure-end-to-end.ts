import { perSecond } from '../figures.js';
import { PhaseFailed, type EndToEnd } from '../report.js';
import { watchOtherLoad } from '../stack/other-load.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { cpuOf, usagesNow } from './process-cpu.js';

export interface EndToEndInput {
  readonly events: number;
  /** The events take them in turn. */
  readonly types: readonly string[];
  readonly receiptsPerEvent: number;
}

const timeoutMs = 120_000;

/**
 * From the first publish to the last receipt, everything included: the broker's fsyncs, the fan-out, the signed
 * request, the stored outcome, the tables. It counts only when every delivery arrived.
 */
export async function measureEndToEnd(context: BenchContext, input: EndToEndInput): Promise<EndToEnd> {
  const { load, options, receiver, stack } = context;
  const { events, types, receiptsPerEvent } = input;
  const firstNumber = await receiver.call('expect', { events, receiptsPerEvent });
  const deferredBefore = await deferrals(context);
  const before = usagesNow(context);
  const otherLoad = watchOtherLoad();
  const receipts = receiver.call('awaitAll', { timeoutMs });
  const doors = { natsUrl: stack.natsUrl, http: stack.http };
  const [published, { distinct, lastAtMs }] = await Promise.all([
    load.call('publishEvents', { doors, door: options.door, events, firstNumber, types }),
    receipts,
  ]);
  const otherLoadCores = otherLoad();
  const after = usagesNow(context);
  const deliveries = events * receiptsPerEvent;
  if (distinct !== deliveries) {
    throw new PhaseFailed(
      `end to end: ${distinct} of ${deliveries} deliveries arrived within ${timeoutMs / 1_000} s`,
    );
  }
  const quietAtMs = await untilQuiet(stack.pids.values());
  const quiet = usagesNow(context);
  const elapsedMs = lastAtMs - published.firstSentAtMs;
  const { received } = await receiver.call('awaitAll', { timeoutMs: 0 });
  return {
    events,
    deliveries,
    duplicates: received - distinct,
    deferred: (await deferrals(context)) - deferredBefore,
    elapsedMs,
    publishedInMs: published.lastAcceptedAtMs - published.firstSentAtMs,
    deliveriesPerSecond: perSecond(deliveries, elapsedMs),
    quietAfterMs: quietAtMs === null ? null : quietAtMs - published.firstSentAtMs,
    otherLoadCores,
    cpu: cpuOf({ before, after, quiet }, deliveries),
  };
}

/** Deliveries that were sent to wait, and came back. */
async function deferrals({ stack }: BenchContext): Promise<number> {
  const counts = stack.services.map((service) =>
    service.counter(/^postel_deliveries_total\{outcome="deferred"\}/),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
