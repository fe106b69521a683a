import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { cpuMicrosEach, median, perSecond, ratio } from '../figures.js';
import { atLeast } from '../goal.js';
import { monotonicMs } from '../monotonic-clock.js';
import type { ProjectionRun } from '../read-side-report.js';
import { PhaseFailed, type BenchReport } from '../report.js';
import { watchOtherLoad } from '../stack/other-load.js';
import { cpuSecOf, usageIsKnown } from '../stack/process-usage.js';
import type { ServiceProcess } from '../stack/service-process.js';
import type { Stack } from '../stack/start-stack.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { profiled } from './profiled.js';
import { createReceivers } from './receivers.js';

const full = { rounds: 3, events: 120_000, endpoints: 200 };
const quick: typeof full = { rounds: 1, events: 5_000, endpoints: 50 };
const timeoutMs = 180_000;
const goal = 2;
/** Tables wait for deliveries while these are young: what is measured here is to be older. */
const untilOldMs = 6_000;
const projections = { 'delivery-log': 'LOG', archive: 'EVENTS' } as const;

interface Round {
  readonly besideTablesPerSecond: number;
  readonly inTablesPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly projectedPerSecond: number;
  /** By two processes. */
  readonly sharedPerSecond: number;
  readonly elapsedMs: number;
  readonly cpuSec: number;
  readonly postgresCpuSec: number;
}

/**
 * How fast the tables are written by themselves, from a log that is full, beside how fast it is filled. In rounds: this
 * machine's pace changes within a minute.
 */
export async function measureProjection(
  context: BenchContext,
  report: BenchReport,
  step: (line: string) => void,
): Promise<ProjectionRun> {
  const { options, stack } = context;
  const { rounds, events, endpoints } = options.quick ? quick : full;
  const { types } = await createReceivers(context, endpoints);
  step('projection: warming up');
  await deliver(context, Math.min(events, 5_000), types);
  await untilLevel(context);
  const otherLoad = watchOtherLoad();
  const measured: Round[] = [];
  let metrics = stack.services.find(({ name }) => name === 'metrics');
  for (let round = 1; round <= rounds; round++) {
    if (!metrics) throw new PhaseFailed('the projections are measured in a process of their own');
    const say = (line: string) => step(`projection, round ${round} of ${rounds}: ${line}`);
    say(`${events} deliveries by all services`);
    const startedMs = monotonicMs();
    const besideTablesPerSecond = await deliver(context, events, types);
    const inTablesPerSecond = perSecond(events, (await untilLevel(context)) - startedMs);
    await metrics.stop();
    say(`${events} deliveries without the tables`);
    const deliveriesPerSecond = await deliver(context, events, types);
    await untilOld(context);
    say('writing the tables');
    const written = await writeTables(context, report, events);
    await written.metrics.stop();
    say(`${events} deliveries more`);
    await deliver(context, events, types);
    await untilOld(context);
    say('writing the tables by two processes');
    const shared = await writeShared(context, events);
    metrics = shared.metrics;
    const { sharedPerSecond } = shared;
    measured.push({
      besideTablesPerSecond,
      inTablesPerSecond,
      deliveriesPerSecond,
      sharedPerSecond,
      ...written,
    });
  }
  const otherLoadCores = otherLoad();
  step('projection: making the tables anew');
  const rebuild = rebuildFigures(await stack.runProgram('metrics', 'rebuild-projections'));
  return { ...runOf(measured, events), endpoints, rebuild, otherLoadCores };
}

/** Starts metrics, which writes all that was delivered without it. */
async function writeTables(
  context: BenchContext,
  report: BenchReport,
  events: number,
): Promise<
  Pick<Round, 'projectedPerSecond' | 'elapsedMs' | 'cpuSec' | 'postgresCpuSec'> & {
    readonly metrics: ServiceProcess;
  }
> {
  const { stack } = context;
  const postgresPid = stack.pids.get('postgres') ?? 0;
  const cpuSecNow = (pid: number) => (usageIsKnown() ? cpuSecOf(pid) : 0);
  const postgresBefore = cpuSecNow(postgresPid);
  const metrics = await stack.startAnother('metrics');
  const startedMs = monotonicMs();
  const elapsedMs = (await profiled(context, [metrics], report, () => untilLevel(context))) - startedMs;
  return {
    metrics,
    projectedPerSecond: perSecond(events, elapsedMs),
    elapsedMs,
    cpuSec: cpuSecNow(metrics.pid),
    postgresCpuSec: cpuSecNow(postgresPid) - postgresBefore,
  };
}

/** By as many processes as `deploy/base` has. @returns the one that is left */
async function writeShared(
  context: BenchContext,
  events: number,
): Promise<{ readonly metrics: ServiceProcess; readonly sharedPerSecond: number }> {
  const { stack } = context;
  const [metrics, other] = await Promise.all([stack.startAnother('metrics'), stack.startAnother('metrics')]);
  const startedMs = monotonicMs();
  const elapsedMs = (await untilLevel(context)) - startedMs;
  await other.stop();
  return { metrics, sharedPerSecond: perSecond(events, elapsedMs) };
}

async function untilOld({ stack }: BenchContext): Promise<void> {
  await untilQuiet(stack.pids.values());
  await delay(untilOldMs);
}

/** Medians; of what was spent, the sum. */
function runOf(
  rounds: readonly Round[],
  events: number,
): Omit<ProjectionRun, 'endpoints' | 'rebuild' | 'otherLoadCores'> {
  const middle = (value: (round: Round) => number) => median(rounds.map(value));
  const sum = (value: (round: Round) => number) => rounds.reduce((all, round) => all + value(round), 0);
  const deliveries = events * rounds.length;
  return {
    rounds: rounds.length,
    deliveries,
    besideTablesPerSecond: middle((round) => round.besideTablesPerSecond),
    inTablesPerSecond: middle((round) => round.inTablesPerSecond),
    deliveriesPerSecond: middle((round) => round.deliveriesPerSecond),
    projectedPerSecond: middle((round) => round.projectedPerSecond),
    sharedPerSecond: middle((round) => round.sharedPerSecond),
    elapsedMs: sum(({ elapsedMs }) => elapsedMs),
    cpuMicrosEach: cpuMicrosEach(
      sum(({ cpuSec }) => cpuSec),
      deliveries,
    ),
    postgresCpuMicrosEach: cpuMicrosEach(
      sum(({ postgresCpuSec }) => postgresCpuSec),
      deliveries,
    ),
    goals: [
      atLeast(
        'deliveries projected a second, to those made and in the tables a second',
        middle((round) => ratio(round.projectedPerSecond, round.inTablesPerSecond)),
        goal,
      ),
      atLeast(
        'deliveries projected a second, to those made a second by all services',
        middle((round) => ratio(round.projectedPerSecond, round.besideTablesPerSecond)),
        goal,
      ),
      atLeast(
        'the same, projected by two processes',
        middle((round) => ratio(round.sharedPerSecond, round.besideTablesPerSecond)),
        goal,
      ),
      atLeast(
        'deliveries projected a second, to those made a second without it',
        middle((round) => ratio(round.projectedPerSecond, round.deliveriesPerSecond)),
        goal,
      ),
    ],
  };
}

/** As `npm run projections:rebuild` says them at its end. */
function rebuildFigures(said: string): ProjectionRun['rebuild'] {
  const [, rows, seconds, rowsPerSecond] = /^(\d+) rows in ([\d.]+) s: (\d+) rows\/s\.$/m.exec(said) ?? [];
  if (rows === undefined) throw new PhaseFailed(`projection: the rebuild said\n${said}`);
  return { rows: Number(rows), elapsedMs: Number(seconds) * 1_000, rowsPerSecond: Number(rowsPerSecond) };
}

/** @returns deliveries a second */
async function deliver(
  { load, options, receiver, stack }: BenchContext,
  events: number,
  types: readonly string[],
): Promise<number> {
  const firstNumber = await receiver.call('expect', { events, receiptsPerEvent: 1 });
  const doors = { natsUrl: stack.natsUrl, http: stack.http };
  const [{ firstSentAtMs }, { distinct, lastAtMs }] = await Promise.all([
    load.call('publishEvents', { doors, door: options.door, events, firstNumber, types }),
    receiver.call('awaitAll', { timeoutMs }),
  ]);
  if (distinct !== events) throw new PhaseFailed(`projection: ${distinct} of ${events} deliveries arrived`);
  return perSecond(events, lastAtMs - firstSentAtMs);
}

/** @returns when both projections had reached the end of their streams */
async function untilLevel({ load, stack }: BenchContext): Promise<number> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    const untilMs = monotonicMs() + timeoutMs;
    while (monotonicMs() < untilMs) {
      if (await isLevel(client, load, stack)) return monotonicMs();
      await delay(20);
    }
    throw new PhaseFailed(`projection: not level within ${timeoutMs / 1_000} s`);
  } finally {
    await client.end();
  }
}

async function isLevel(client: pg.Client, load: BenchContext['load'], { natsUrl }: Stack): Promise<boolean> {
  const { rows } = await client.query<{ name: string; seq: string }>(
    'SELECT name, seq FROM projection_positions WHERE name = ANY ($1)',
    [Object.keys(projections)],
  );
  const positions = new Map(rows.map(({ name, seq }) => [name, Number(seq)]));
  for (const [name, stream] of Object.entries(projections)) {
    const last = await load.call('streamPosition', { natsUrl, stream });
    if ((positions.get(name) ?? 0) < last) return false;
  }
  return true;
}
