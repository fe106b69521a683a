import { cpuMicrosEach, perSecond } from '../figures.js';
import { PhaseFailed, type EndToEnd, type ProcessCpu } from '../report.js';
import { watchOtherLoad } from '../stack/other-load.js';
import { usageIsKnown, usageOf, type ProcessUsage } from '../stack/process-usage.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';

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
  await receiver.call('expect', { events, receiptsPerEvent });
  const before = usages(context);
  const otherLoad = watchOtherLoad();
  const receipts = receiver.call('awaitAll', { timeoutMs });
  const doors = { natsUrl: stack.natsUrl, http: stack.http };
  const [published, { distinct, lastAtMs }] = await Promise.all([
    load.call('publishEvents', { doors, door: options.door, events, types }),
    receipts,
  ]);
  const otherLoadCores = otherLoad();
  const after = usages(context);
  const deliveries = events * receiptsPerEvent;
  if (distinct !== deliveries) {
    throw new PhaseFailed(
      `end to end: ${distinct} of ${deliveries} deliveries arrived within ${timeoutMs / 1_000} s`,
    );
  }
  const quietAtMs = await untilQuiet(stack.pids.values());
  const quiet = usages(context);
  const elapsedMs = lastAtMs - published.firstSentAtMs;
  const { received } = await receiver.call('awaitAll', { timeoutMs: 0 });
  return {
    events,
    deliveries,
    duplicates: received - distinct,
    elapsedMs,
    publishedInMs: published.lastAcceptedAtMs - published.firstSentAtMs,
    deliveriesPerSecond: perSecond(deliveries, elapsedMs),
    quietAfterMs: quietAtMs === null ? null : quietAtMs - published.firstSentAtMs,
    otherLoadCores,
    cpu: cpuOf({ before, after, quiet }, deliveries),
  };
}

type Usages = ReadonlyMap<string, ProcessUsage>;

function usages({ load, receiver, stack }: BenchContext): Usages {
  if (!usageIsKnown()) return new Map();
  const pids = [...stack.pids, ['receiver', receiver.pid] as const, ['producer', load.pid] as const];
  return new Map(pids.map(([name, pid]) => [name, usageOf(pid)]));
}

function cpuOf(
  { before, after, quiet }: { before: Usages; after: Usages; quiet: Usages },
  deliveries: number,
): ProcessCpu[] {
  return [...before].map(([process, { cpuSec }]) => {
    const busySec = (after.get(process)?.cpuSec ?? cpuSec) - cpuSec;
    const untilQuietSec = (quiet.get(process)?.cpuSec ?? cpuSec) - cpuSec;
    return {
      process,
      busySec,
      microsPerDelivery: cpuMicrosEach(busySec, deliveries),
      microsPerDeliveryUntilQuiet: cpuMicrosEach(untilQuietSec, deliveries),
      peakMemoryMiB: quiet.get(process)?.peakMemoryMiB ?? 0,
    };
  });
}
