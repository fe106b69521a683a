import { setTimeout as delay } from 'node:timers/promises';
import { cpuMicrosEach, perSecond as rateOf } from '../figures.js';
import { monotonicMs, sinceEpochMs } from '../monotonic-clock.js';
import { PhaseFailed, type DrainRun, type DueRun, type PutBackRun, type RestartRun } from '../report.js';
import { seedWaiting } from '../seed/seed-waiting.js';
import { watchOtherLoad } from '../stack/other-load.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { latenessOf, type DueTimes } from './lateness.js';
import { cpuSecBetween, usagesNow } from './process-cpu.js';

export interface DueRate {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Far beyond the positions of events that were really published. */
const firstEventSeqs = { due: 2e12, drain: 3e12, restart: 4e12, putback: 5e12 };
/** From the first due row. */
const restartAfterMs = 1_000;
/** After a row is due. */
const patienceMs = { full: 90_000, quick: 20_000 };

/** Rows of the waiting room with an event each, on their way to the receiver. */
export class WaitingRuns {
  private readonly timeoutMs: number;

  constructor(
    private readonly context: BenchContext,
    private readonly endpointIds: readonly string[],
    private readonly leadMs: number,
  ) {
    this.timeoutMs = context.options.quick ? patienceMs.quick : patienceMs.full;
  }

  /** Row by row at a steady rate, each to be there on time. */
  async becomeDue({ perSecond, seconds }: DueRate): Promise<DueRun> {
    const { receiver } = this.context;
    const rows = perSecond * seconds;
    const due = await this.seed('due', rows, 1_000 / perSecond);
    const otherLoad = watchOtherLoad();
    const timeoutMs = this.leadMs + seconds * 1_000 + this.timeoutMs;
    const { received, distinct } = await receiver.call('awaitAll', { timeoutMs });
    if (distinct !== rows) throw new PhaseFailed(`${distinct} of ${rows} deliveries that were due arrived`);
    const otherLoadCores = otherLoad();
    return {
      rows,
      perSecond,
      ...(await this.lateness(due)),
      duplicates: received - distinct,
      otherLoadCores,
    };
  }

  /**
   * All long due, as after an outage, from the moment at which they are there until they are stored in DELIVERIES, of
   * which nothing is handed out meanwhile: no endpoint gets more than it has room for, and no attempt takes of the
   * machine. Then they are delivered.
   */
  async putBack(rows: number): Promise<PutBackRun> {
    const { timeoutMs } = this;
    const { load, receiver, stack } = this.context;
    await untilQuiet(stack.pids.values(), 10_000);
    const stream = { natsUrl: stack.natsUrl, stream: 'DELIVERIES' };
    await load.call('pauseConsumers', { ...stream, forMs: timeoutMs });
    try {
      const overdue = await this.seedOverdue('putback', rows);
      const otherLoad = watchOtherLoad();
      const before = usagesNow(this.context);
      const storedAtMs = await overdue.stored;
      if (storedAtMs === null) throw new PhaseFailed(`${rows} overdue deliveries were not put back`);
      const otherLoadCores = otherLoad();
      const putBackPerSecond = rateOf(rows, storedAtMs - overdue.visibleAtMs);
      const cpuSec = cpuSecBetween(before, usagesNow(this.context));
      return { rows, putBackPerSecond, cpuMicrosEach: cpuMicrosEach(cpuSec, rows), otherLoadCores };
    } finally {
      await load.call('resumeConsumers', stream);
      await receiver.call('awaitAll', { timeoutMs });
    }
  }

  /** All long due, and delivered at the same time. */
  async drain(rows: number): Promise<DrainRun> {
    const { timeoutMs } = this;
    const { receiver, stack } = this.context;
    await untilQuiet(stack.pids.values(), 10_000);
    const { visibleAtMs, stored } = await this.seedOverdue('drain', rows);
    const otherLoad = watchOtherLoad();
    const { distinct, lastAtMs } = await receiver.call('awaitAll', { timeoutMs });
    const putBackAtMs = await stored;
    if (distinct !== rows || putBackAtMs === null) {
      throw new PhaseFailed(
        `${distinct} of ${rows} overdue deliveries arrived within ${timeoutMs / 1_000} s`,
      );
    }
    return {
      rows,
      putBackPerSecond: rateOf(rows, putBackAtMs - visibleAtMs),
      receivedPerSecond: rateOf(rows, lastAtMs - visibleAtMs),
      otherLoadCores: otherLoad(),
    };
  }

  /** @returns when the rows were there, and when as many messages more were in DELIVERIES */
  private async seedOverdue(name: 'drain' | 'putback', rows: number) {
    const { timeoutMs } = this;
    const { load, stack } = this.context;
    const stream = { natsUrl: stack.natsUrl, stream: 'DELIVERIES' };
    const after = await load.call('streamPosition', stream);
    const stored = load.call('awaitStreamGrowth', { ...stream, after, messages: rows, timeoutMs });
    await this.seed(name, rows, 0, -60_000);
    return { visibleAtMs: monotonicMs(), stored };
  }

  /** What is lost is not thrown but told: it is what this is about. */
  async restart({ perSecond, seconds }: DueRate): Promise<RestartRun> {
    const { receiver, stack } = this.context;
    const rows = perSecond * seconds;
    const due = await this.seed('restart', rows, 1_000 / perSecond);
    await delay(due.firstDueMs + restartAfterMs - Date.now());
    const stoppedAtMs = monotonicMs();
    await stack.restart();
    const readyAtMs = monotonicMs();
    const { received, distinct, lastAtMs } = await receiver.call('awaitAll', {
      timeoutMs: seconds * 1_000 + this.timeoutMs,
    });
    const lastDueAtMs = due.firstDueMs + (rows - 1) * due.spacingMs - sinceEpochMs();
    return {
      rows,
      received: distinct,
      early: (await this.lateness(due)).early,
      duplicates: received - distinct,
      awayMs: readyAtMs - stoppedAtMs,
      caughtUpAfterMs: Math.max(0, lastAtMs - Math.max(readyAtMs, lastDueAtMs)),
    };
  }

  private async seed(
    name: keyof typeof firstEventSeqs,
    rows: number,
    spacingMs: number,
    fromNowMs = this.leadMs,
  ): Promise<DueTimes> {
    const { receiver, stack } = this.context;
    const firstNumber = await receiver.call('expect', { events: rows, receiptsPerEvent: 1 });
    const firstDueMs = Date.now() + fromNowMs;
    const { endpointIds } = this;
    await seedWaiting(stack.databaseUrl, {
      name,
      rows,
      endpointIds,
      firstDueMs,
      spacingMs,
      firstEventSeq: firstEventSeqs[name],
      deliveriesPerEvent: 1,
      firstNumber,
    });
    if (fromNowMs > 0 && Date.now() >= firstDueMs) {
      throw new PhaseFailed(`putting ${rows} deliveries into the waiting room took too long to measure them`);
    }
    return { firstDueMs, spacingMs };
  }

  private async lateness(due: DueTimes) {
    const arrivedAtMs = await this.context.receiver.call('arrivalTimes', undefined);
    return latenessOf(arrivedAtMs, due, sinceEpochMs());
  }
}
