import { benchTypes } from '../bench-event.js';
import { ratio } from '../figures.js';
import { receiverPath } from '../receiver/receiver-path.js';
import type { BenchReport, EndToEnd } from '../report.js';
import { createManyEndpoints } from '../stack/many-endpoints.js';
import type { BenchContext } from './bench-context.js';
import { measureAccepting } from './measure-accepting.js';
import { measureBroker } from './measure-broker.js';
import { measureEndToEnd, type EndToEndInput } from './measure-end-to-end.js';
import { measureSteadyLatency } from './measure-steady-latency.js';
import { profiled } from './profiled.js';

/** A fleet of some size: a few endpoints that get everything at once are what `isolation` measures. */
const endpoints = 200;
const endpointsPerEvent = 10;
const groups = endpoints / endpointsPerEvent;
/**
 * So long V8 compiles: a quarter of the CPU of the first 60,000 deliveries, and nothing of a process that runs for hours.
 * What it is compared with, `raw`, has made more requests than that before it counts.
 */
const warmUp = { rounds: 3, events: 20_000 };

const afterWarmUp = ['end-to-end', 'ten-endpoints', 'one-endpoint', 'steady'] as const;

/** This machine's pace changes within a minute; a profile is of one run. */
function runsOf({ profile, quick }: BenchContext['options']): number {
  return quick || profile ? 1 : 3;
}

/** How much is accepted and delivered, and how fast, when every receiver answers. */
export async function measureDelivering(
  context: BenchContext,
  report: BenchReport,
  step: (line: string) => void,
): Promise<void> {
  const { phases, events, quick } = context.options;
  if (phases.includes('broker')) {
    step('the broker alone');
    report.broker = await measureBroker(context);
  }
  if (phases.includes('accept')) {
    step('events over HTTP, one a request');
    report.acceptSingly = await measureAccepting(context, { perRequest: 1, concurrency: 128 });
    step('events over HTTP, a hundred a request');
    report.acceptInBatches = await measureAccepting(context, { perRequest: 100, concurrency: 8 });
  }
  if (!afterWarmUp.some((name) => phases.includes(name))) return;
  const singles = Array.from({ length: endpoints }, (_, i) => benchTypes.single(i));
  await createReceivers(
    context,
    singles.map((type, i) => ({ type, i })),
  );
  const oneEach = { types: singles, receiptsPerEvent: 1 };
  step('end to end: warming up');
  for (let round = 1; round <= (quick ? 1 : warmUp.rounds); round++)
    await measureEndToEnd(context, { ...oneEach, events: Math.min(events, quick ? 1_000 : warmUp.events) });
  if (phases.includes('end-to-end')) {
    const endToEnd = await inRuns(context, report, step, { ...oneEach, events });
    report.endToEnd = endToEnd;
    if (report.rawRequests) {
      report.ratioToRaw = ratio(endToEnd.deliveriesPerSecond, report.rawRequests.requestPerSecond);
    }
  }
  if (phases.includes('ten-endpoints')) {
    // as many deliveries: the longer it takes, the more of the tables is in it
    const wide = Math.max(1, Math.round(events / endpointsPerEvent));
    const types = Array.from({ length: groups }, (_, group) => benchTypes.fanOut(group));
    const each = types.flatMap((type) => Array.from({ length: endpointsPerEvent }, (_, i) => ({ type, i })));
    await createReceivers(context, each);
    const input = { types, receiptsPerEvent: endpointsPerEvent, events: wide };
    step('end to end: warming up');
    await measureEndToEnd(context, input);
    report.tenEndpoints = await inRuns(context, report, step, input);
  }
  if (phases.includes('one-endpoint')) {
    report.oneEndpoint = await inRuns(context, report, step, {
      ...oneEach,
      types: singles.slice(0, 1),
      events,
    });
  }
  if (phases.includes('steady')) {
    step('steady rate');
    report.steady = await measureSteadyLatency(context, singles);
  }
}

/** All on one address: as many connections as are needed, and none of them cold. */
async function createReceivers(
  { receiverPort, stack }: BenchContext,
  receivers: readonly { readonly type: string; readonly i: number }[],
): Promise<void> {
  const origin = `http://127.0.0.1:${receiverPort}`;
  await createManyEndpoints(
    stack,
    receivers.map(({ type, i }) => ({ url: origin + receiverPath.answering(i), events: [type] })),
  );
}

/** @returns the middle one */
async function inRuns(
  context: BenchContext,
  report: BenchReport,
  step: (line: string) => void,
  input: EndToEndInput,
): Promise<EndToEnd> {
  const count = runsOf(context.options);
  const runs: EndToEnd[] = [];
  for (let run = 1; run <= count; run++) {
    const { types, receiptsPerEvent } = input;
    const one = types.length === 1 ? 'all to one endpoint' : 'one endpoint each';
    const to = receiptsPerEvent === 1 ? one : `${receiptsPerEvent} endpoints each`;
    step(`end to end: ${input.events} events, ${to}, run ${run} of ${count}`);
    const measure = () => measureEndToEnd(context, input);
    runs.push(await profiled(context, context.stack.services, report, measure));
  }
  const byRate = [...runs].sort((a, b) => a.deliveriesPerSecond - b.deliveriesPerSecond);
  const ratesOfRuns = runs.map(({ deliveriesPerSecond }) => deliveriesPerSecond);
  return { ...(byRate[Math.floor(count / 2)] as EndToEnd), ratesOfRuns };
}
