import { benchEvent } from '../bench-event.js';
import { summariseLatency } from '../figures.js';
import { atMost } from '../goal.js';
import { monotonicMs } from '../monotonic-clock.js';
import { receiverPath } from '../receiver/receiver-path.js';
import { PhaseFailed, type DispatcherBoot } from '../report.js';
import { changeEndpoint, createEndpoint, publishEvent } from '../stack/endpoints.js';
import { watchOtherLoad } from '../stack/other-load.js';
import { cpuSecOf, memoryOf, usageIsKnown } from '../stack/process-usage.js';
import { publishEndpoints } from '../stack/publish-endpoints.js';
import { receiverOrigin } from '../stack/receiver-origin.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';

const full = { endpoints: 100_000, tenants: 500, changes: 50 };
const quick = { endpoints: 10_000, tenants: 50, changes: 5 };
const goal = { readyMs: 5_000, memoryMiB: 300, changeMs: 1_000 };
const type = 'order.changing';

interface Boot {
  readonly readyAfterMs: number;
  readonly cpuSec: number;
  readonly residentMiB: number;
  readonly peakMiB: number;
}

/** How long a dispatcher takes to know all endpoints, in how much memory; then how soon a change is followed. */
export async function measureBoot(
  context: BenchContext,
  step: (line: string) => void,
): Promise<DispatcherBoot> {
  if (!usageIsKnown()) throw new PhaseFailed('the memory of a process is known on Linux only');
  const { options, stack } = context;
  const { endpoints, tenants, changes } = options.quick ? quick : full;
  const empty = await bootDispatcher(context);
  step(`boot: publishing ${endpoints} endpoints`);
  const startedMs = monotonicMs();
  await publishEndpoints(stack, { endpoints, tenants });
  const publishedInMs = monotonicMs() - startedMs;
  await untilQuiet(stack.pids.values());
  step('boot: starting a dispatcher');
  const otherLoad = watchOtherLoad();
  const boot = await bootDispatcher(context);
  const otherLoadCores = otherLoad();
  step(`boot: ${changes} changes`);
  const changeFollowed = summariseLatency(await followChanges(context, changes));
  if (!changeFollowed) throw new PhaseFailed('boot: no change was followed');
  return {
    endpoints,
    tenants,
    publishedInMs,
    emptyReadyAfterMs: empty.readyAfterMs,
    emptyPeakMiB: empty.peakMiB,
    ...boot,
    changeFollowed,
    otherLoadCores,
    goals: [
      atMost('ready after', boot.readyAfterMs, goal.readyMs, ' ms'),
      atMost('memory, at most', boot.peakMiB, goal.memoryMiB, ' MiB'),
      atMost('a change followed, at most', changeFollowed.maxMs, goal.changeMs, ' ms'),
    ],
  };
}

async function bootDispatcher({ stack }: BenchContext): Promise<Boot> {
  const startedMs = monotonicMs();
  const dispatcher = await stack.startAnother('dispatcher');
  const readyAfterMs = monotonicMs() - startedMs;
  const cpuSec = cpuSecOf(dispatcher.pid);
  const { residentMiB, peakMiB } = memoryOf(dispatcher.pid);
  await dispatcher.stop();
  return { readyAfterMs, cpuSec, residentMiB, peakMiB };
}

/** Each change lets the next event through and no other: when it comes, the change is in force. */
async function followChanges(
  { receiver, receiverPort, stack }: BenchContext,
  changes: number,
): Promise<number[]> {
  const url = receiverOrigin(receiverPort, 0) + receiverPath.answering(0);
  const id = await createEndpoint(stack, { url, events: [type] });
  const followedMs: number[] = [];
  for (let n = 0; n < changes; n++) {
    const number = await receiver.call('expect', { events: 1, receiptsPerEvent: 1 });
    const event = benchEvent(type, number);
    const { data } = JSON.parse(event) as { data: { object: { benchNumber: string } } };
    await changeEndpoint(stack, id, { filter: { 'data.object.benchNumber': data.object.benchNumber } });
    const answeredMs = monotonicMs();
    await publishEvent(stack, event);
    const { distinct, lastAtMs } = await receiver.call('awaitAll', { timeoutMs: 10_000 });
    if (distinct !== 1) throw new PhaseFailed('boot: an event did not follow the change before it');
    followedMs.push(lastAtMs - answeredMs);
  }
  return followedMs;
}
