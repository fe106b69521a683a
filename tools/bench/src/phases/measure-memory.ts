import { setTimeout as delay } from 'node:timers/promises';
import { perSecond } from '../figures.js';
import { atMost } from '../goal.js';
import { monotonicMs } from '../monotonic-clock.js';
import { PhaseFailed, type DelivererMemory } from '../report.js';
import { seedWaiting } from '../seed/seed-waiting.js';
import { memoryOf, usageIsKnown } from '../stack/process-usage.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { createReceivers } from './receivers.js';

const full = { endpoints: 10_000, waiting: 100_000, events: 20_000 };
const quick = { endpoints: 1_000, waiting: 10_000, events: 2_000 };

const hourMs = 3_600_000;
const timeoutMs = 120_000;
/** 300 MB. */
const goalMiB = 286;

/** What the deliverer holds in memory, as a process of its own: endpoints, and nothing of what waits. */
export async function measureMemory(
  context: BenchContext,
  step: (line: string) => void,
): Promise<DelivererMemory> {
  const { load, options, receiver, stack } = context;
  const { endpoints, waiting, events } = options.quick ? quick : full;
  const pid = stack.pids.get('deliverer');
  if (pid === undefined || !usageIsKnown()) {
    throw new PhaseFailed('the memory of a process is known on Linux only, and of the deliverer by itself');
  }
  step(`memory: making ${endpoints} endpoints`);
  const startedMs = monotonicMs();
  const { ids, types } = await createReceivers(context, endpoints);
  const createdInMs = monotonicMs() - startedMs;
  step(`memory: putting ${waiting} deliveries into the waiting room`);
  await seedWaiting(stack.databaseUrl, {
    name: 'later',
    rows: waiting,
    endpointIds: ids,
    firstDueMs: Date.now() + hourMs,
    spacingMs: hourMs / waiting,
    firstEventSeq: 1e12,
    deliveriesPerEvent: 1,
    firstNumber: null,
  });
  await untilQuiet(stack.pids.values());
  await delay(options.quick ? 0 : 2_000);
  const atRestMiB = memoryOf(pid).residentMiB;
  step(`memory: ${events} events over all endpoints`);
  const firstNumber = await receiver.call('expect', { events, receiptsPerEvent: 1 });
  const doors = { natsUrl: stack.natsUrl, http: stack.http };
  const [{ firstSentAtMs }, { distinct, lastAtMs }] = await Promise.all([
    load.call('publishEvents', { doors, door: options.door, events, firstNumber, types }),
    receiver.call('awaitAll', { timeoutMs }),
  ]);
  if (distinct !== events) throw new PhaseFailed(`memory: ${distinct} of ${events} deliveries arrived`);
  await untilQuiet(stack.pids.values());
  const { residentMiB: afterTrafficMiB, peakMiB } = memoryOf(pid);
  return {
    endpoints,
    waiting,
    events,
    createdInMs,
    atRestMiB,
    afterTrafficMiB,
    peakMiB,
    deliveriesPerSecond: perSecond(events, lastAtMs - firstSentAtMs),
    goals: [
      atMost('with so many endpoints, and so much that waits', atRestMiB, goalMiB, ' MiB'),
      atMost('and with events for all of them at once', peakMiB, goalMiB, ' MiB'),
    ],
  };
}
