import type { PositionLease } from '@postel/jetstream';
import type { Transaction } from '@postel/postgres';
import { LastingTrouble } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import type { MetricsParts } from '../parts.js';
import { MachineLoad } from '../project-log/machine-load.js';
import { YieldToDeliveries } from '../project-log/yield-to-deliveries.js';
import { afterTables } from './after-tables.js';
import { ConservationCount } from './conservation-count.js';

export interface CheckParts extends MetricsParts {
  readonly retentionDays: number;
  /** Between two rounds (1,000). */
  readonly everyMs?: number;
}

const defaultEveryMs = 1_000;
/** So many rounds it waits for deliveries, where the machine has no core to spare. */
const yieldedRounds = 5;
/** Likewise for the tables, while these lag behind the log. */
const roundsAfterTables = 20;
const forgetEveryMs = 3_600_000;
const dayMs = 86_400_000;

/**
 * Counts events and deliveries by the log alone, once a second, and says what does not add up. One process does, under
 * the lease of its position.
 *
 *   waiting (another has the lease) ──▶ round after round ──any failure──▶ the lease is given back, and the count taken
 *   up again from what is stored
 */
export class CheckConservation {
  private readonly stopped = new AbortController();
  private readonly machine = new MachineLoad();
  private running: Promise<void> = Promise.resolve();
  private forgotAtMs = -Infinity;
  private readonly everyMs: number;

  constructor(private readonly parts: CheckParts) {
    this.everyMs = parts.everyMs ?? defaultEveryMs;
  }

  start(): void {
    this.machine.watch(this.stopped.signal);
    this.running = this.checkForEver();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async checkForEver(): Promise<void> {
    const { database, logger, nowMs } = this.parts;
    const trouble = new LastingTrouble(nowMs);
    while (!this.stopped.signal.aborted) {
      try {
        const lease = await database().projections.acquire('conservation');
        if (lease) await this.checkUnder(lease, () => trouble.passed());
      } catch (error) {
        if (trouble.again())
          logger.warn({ err: error }, 'it is not checked for now whether every figure adds up');
      }
      await this.pause(2 * this.everyMs, this.stopped.signal);
    }
  }

  private async checkUnder(lease: PositionLease<Transaction>, succeeded: () => void): Promise<void> {
    const { meters, nowMs } = this.parts;
    const lost = new AbortController();
    void lease.lost.then(() => lost.abort());
    const signal = AbortSignal.any([this.stopped.signal, lost.signal]);
    const machineIsBusy = () => this.machine.isBusy;
    const longestMs = yieldedRounds * this.everyMs;
    const yielding = new YieldToDeliveries({ nowMs, machineIsBusy });
    try {
      await afterTables(this.parts, roundsAfterTables * this.everyMs, signal);
      const count = await ConservationCount.begin({ ...this.parts, everyMs: this.everyMs }, lease, signal);
      while (!signal.aborted) {
        const startedMs = nowMs();
        await count.round();
        succeeded();
        await this.forgetEnded();
        await this.pause(this.everyMs, signal);
        await yielding.turn(startedMs, longestMs, signal);
        await afterTables(this.parts, roundsAfterTables * this.everyMs, signal);
      }
    } finally {
      // what nobody brings up to date is worse than no figure
      meters.conservationDifference.reset();
      await lease.release().catch(() => undefined); // its connection may be what failed
    }
  }

  private async forgetEnded(): Promise<void> {
    const { database, nowMs, retentionDays } = this.parts;
    if (nowMs() - this.forgotAtMs < forgetEveryMs) return;
    await database().conservation.forgetEnded(nowMs() - retentionDays * dayMs, this.stopped.signal);
    this.forgotAtMs = nowMs();
  }

  private async pause(delayMs: number, signal: AbortSignal): Promise<void> {
    await delay(delayMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
  }
}
