import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { benchTypes } from './bench-event.js';
import { ratio } from './figures.js';
import type { LoadCommands } from './load/load-process.js';
import type { BenchOptions } from './options.js';
import type { BenchContext } from './phases/bench-context.js';
import { measureAccepting } from './phases/measure-accepting.js';
import { measureBroker } from './phases/measure-broker.js';
import { measureEndToEnd } from './phases/measure-end-to-end.js';
import { measureRawRequests } from './phases/measure-raw-requests.js';
import { measureSteadyLatency } from './phases/measure-steady-latency.js';
import type { ReceiverCommands } from './receiver/receiver-process.js';
import { PhaseFailed, type BenchReport } from './report.js';
import { createEndpoint } from './stack/endpoints.js';
import { repositoryRoot } from './stack/repository-root.js';
import { startStack, type Stack } from './stack/start-stack.js';
import { Worker } from './worker-channel.js';

export interface Running {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const endpoints = 10;

/**
 * Starts everything, measures phase by phase, stops everything. A phase that fails ends the run; what was measured
 * before it stays in the report, beside what failed.
 */
export async function runBench(options: BenchOptions, { say, signal }: Running): Promise<BenchReport> {
  const stack: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (let next = stack.pop(); next; next = stack.pop()) await next();
  };
  try {
    const receiver = Worker.start<ReceiverCommands>(new URL('receiver/receiver-process.js', import.meta.url));
    stack.push(() => receiver.stop());
    const load = Worker.start<LoadCommands>(new URL('load/load-process.js', import.meta.url));
    stack.push(() => load.stop());
    const { port: receiverPort } = await receiver.call('listen', undefined);
    say('raw signed undici requests');
    // before the rest is started, so that nothing else takes of the machine
    const rawRequests = await measureRawRequests({ options, load, receiverPort });
    signal.throwIfAborted();
    say('starting nats-server, PostgreSQL and Postel');
    const postel = await startStack({ processes: options.processes, withProfiler: options.profile });
    stack.push(() => postel.stop());
    const report = emptyReport(postel, options);
    report.rawRequests = rawRequests;
    await measureAll({ options, receiver, receiverPort, load, stack: postel }, report, { say, signal });
    say('stopping');
    return report;
  } finally {
    await stopAll();
  }
}

function emptyReport({ machine }: Stack, { quick, processes, door }: BenchOptions): BenchReport {
  return { machine, options: { quick, processes, door }, profiles: [], failures: [] };
}

async function measureAll(context: BenchContext, report: BenchReport, running: Running): Promise<void> {
  const step = (line: string) => {
    running.signal.throwIfAborted();
    running.say(line);
  };
  try {
    step('the broker alone');
    report.broker = await measureBroker(context);
    step('events over HTTP, one a request');
    report.acceptSingly = await measureAccepting(context, { perRequest: 1, concurrency: 128 });
    step('events over HTTP, a hundred a request');
    report.acceptInBatches = await measureAccepting(context, { perRequest: 100, concurrency: 8 });
    await measureDeliveries(context, report, step);
  } catch (error) {
    if (running.signal.aborted) throw error;
    report.failures.push(error instanceof PhaseFailed ? error.message : traceOf(error));
  }
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function measureDeliveries(
  context: BenchContext,
  report: BenchReport,
  step: (line: string) => void,
): Promise<void> {
  const { events, quick } = context.options;
  const singles = Array.from({ length: endpoints }, (_, i) => benchTypes.single(i));
  await createEndpoints(context, singles);
  const oneEach = { types: singles, receiptsPerEvent: 1 };
  step('end to end: warming up');
  await measureEndToEnd(context, { ...oneEach, events: Math.min(events, quick ? 1_000 : 5_000) });
  step(`end to end: ${events} events, one endpoint each`);
  await profiled(context, report, async () => {
    report.endToEnd = await measureEndToEnd(context, { ...oneEach, events });
  });
  report.ratioToRaw = ratio(
    report.endToEnd?.deliveriesPerSecond ?? 0,
    report.rawRequests?.requestPerSecond ?? 0,
  );
  const wide = Math.max(1, Math.round(events / 5));
  step(`end to end: ${wide} events, ten endpoints each`);
  await createEndpoints(context, Array<string>(endpoints).fill(benchTypes.fanOut));
  report.tenEndpoints = await measureEndToEnd(context, {
    types: [benchTypes.fanOut],
    receiptsPerEvent: endpoints,
    events: wide,
  });
  step('steady rate');
  report.steady = await measureSteadyLatency(context, singles);
}

async function createEndpoints(
  { receiverPort, stack }: BenchContext,
  types: readonly string[],
): Promise<void> {
  for (const [i, type] of types.entries()) {
    await createEndpoint(stack, { url: `http://127.0.0.1:${receiverPort}/e${i}`, events: [type] });
  }
}

/** With --profile: a CPU profile of each of our processes, of exactly this work. */
async function profiled(
  { options, stack }: BenchContext,
  report: BenchReport,
  work: () => Promise<void>,
): Promise<void> {
  if (!options.profile) return work();
  const directory = join(repositoryRoot, '.postel', 'profiles');
  mkdirSync(directory, { recursive: true });
  for (const service of stack.services) await service.startProfile();
  await work();
  for (const service of stack.services) {
    const file = join(directory, `${service.name}-${Date.now()}.cpuprofile`);
    await service.writeProfile(file);
    report.profiles.push(file);
  }
}
