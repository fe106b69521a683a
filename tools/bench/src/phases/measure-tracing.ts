import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchTypes } from '../bench-event.js';
import { median, ratio } from '../figures.js';
import { atMost } from '../goal.js';
import type { EndToEnd } from '../report.js';
import { receiverPath } from '../receiver/receiver-path.js';
import { createManyEndpoints } from '../stack/many-endpoints.js';
import { repositoryRoot } from '../stack/repository-root.js';
import type { Tracing, TracingRun } from '../tracing-report.js';
import type { BenchContext } from './bench-context.js';
import { measureEndToEnd } from './measure-end-to-end.js';

const endpoints = 200;
const goal = { offPercent: 2 };
/** Rounds of all of them in turn: the machine is not the same from minute to minute. */
const rounds = { full: 3, quick: 1 };
const runs = [
  { what: 'off', sampled: null },
  { what: 'on, nothing recorded', sampled: 0 },
  { what: 'on, one in a hundred', sampled: 0.01 },
  { what: 'on, everything', sampled: 1 },
] as const;

/** What traces cost end to end, beside a run without them on the same machine and data. */
export async function measureTracing(context: BenchContext, step: (line: string) => void): Promise<Tracing> {
  const { events, quick } = context.options;
  const types = Array.from({ length: endpoints }, (_, i) => benchTypes.single(i));
  const origin = `http://127.0.0.1:${context.receiverPort}`;
  await createManyEndpoints(
    context.stack,
    types.map((type, i) => ({ url: origin + receiverPath.answering(i), events: [type] })),
  );
  const sink = await Sink.open();
  try {
    const measured = new Map<string, EndToEnd[]>(runs.map(({ what }) => [what, []]));
    for (let round = 1; round <= (quick ? rounds.quick : rounds.full); round++) {
      for (const { what, sampled } of runs) {
        step(`tracing, round ${round}: ${what}`);
        await context.stack.restart(sampled === null ? {} : sink.settings(sampled));
        const input = { types, receiptsPerEvent: 1 };
        await measureEndToEnd(context, { ...input, events: Math.min(events, quick ? 1_000 : 20_000) });
        measured.get(what)?.push(await measureEndToEnd(context, { ...input, events }));
      }
    }
    const all = runs.map(({ what }) => runOf(what, measured.get(what) ?? []));
    const offNanos = await measureTracesOff();
    const share = offNanos / 1_000 / (all[0]?.microsPerDelivery ?? 0);
    const goals = [atMost('traces off, in % of the CPU of a delivery', 100 * share, goal.offPercent, ' %')];
    return { offNanos, goals, runs: beside(all), exportedBytes: sink.bytes };
  } finally {
    await sink.close();
  }
}

/** @returns ns a delivery. A whole run cannot show it: two runs of the same differ by more */
async function measureTracesOff(): Promise<number> {
  const main = join(repositoryRoot, 'apps', 'e2e', 'dist', 'traces-off', 'main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [main]);
  return (JSON.parse(stdout) as { readonly nanosPerDelivery: number }).nanosPerDelivery;
}

type Figures = Pick<TracingRun, 'what' | 'deliveriesPerSecond' | 'microsPerDelivery'>;

function runOf(what: string, measured: readonly EndToEnd[]): Figures {
  return {
    what,
    deliveriesPerSecond: median(measured.map((run) => run.deliveriesPerSecond)),
    microsPerDelivery: median(measured.map(microsOfOurs)),
  };
}

const notOurs = ['receiver', 'producer', 'nats-server', 'postgres'];

/** CPU of our own processes, tables included. */
function microsOfOurs({ cpu }: EndToEnd): number {
  return cpu
    .filter(({ process }) => !notOurs.includes(process))
    .reduce((sum, { microsPerDeliveryUntilQuiet }) => sum + microsPerDeliveryUntilQuiet, 0);
}

function beside(all: readonly Figures[]): TracingRun[] {
  const [off] = all;
  return all.map((run) => ({
    ...run,
    rateRatio: ratio(run.deliveriesPerSecond, off?.deliveriesPerSecond ?? 0),
    cpuRatio: ratio(run.microsPerDelivery, off?.microsPerDelivery ?? 0),
  }));
}

/** A collector that throws away. */
class Sink {
  bytes = 0;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Sink> {
    const server = createServer();
    const sink = new Sink(server);
    server.on('request', (request, response) => {
      request.on('data', (chunk: Buffer) => (sink.bytes += chunk.length));
      request.on('end', () => response.writeHead(200).end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return sink;
  }

  settings(ratio: number): Readonly<Record<string, string>> {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: String(ratio),
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
