import { setTimeout as delay } from 'node:timers/promises';
import { logFilter } from '@postel/contracts';
import { positionedFacts, runProjection, type Broker, type ConfigTables } from '@postel/jetstream';
import { isDatabaseUnavailable, type Database } from '@postel/postgres';
import { LastingTrouble, type Logger, type Meters } from '@postel/telemetry';
import { publishDue, type PutBackParts } from './put-back.js';

export interface ScheduleParts extends PutBackParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  /** @throws while the database was never reached */
  readonly database: () => Database;
  readonly logger: Logger;
  readonly meters: Meters;
}

/** Rows that one transaction puts back. */
const putBackLimit = 500;
/** How late a retry may start because nobody looked. */
const lookEveryMs = 50;

/**
 * The waiting room: facts that say "later" become rows, and rows that are due become deliveries again.
 * One deliverer writes the rows (the lease of the projection), every deliverer puts back (`SKIP LOCKED`).
 */
export class ScheduleRetry {
  private readonly stopped = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ScheduleParts) {}

  start(): void {
    this.running = Promise.all([this.keepRows(), this.putBackForEver(), this.countForEver()]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private keepRows(): Promise<void> {
    const { broker, database, logger } = this.parts;
    return runProjection(broker, {
      name: 'waiting-room',
      stream: 'LOG',
      filters: ['delivery.deferred', 'delivery.reopened', 'delivery.succeeded', 'delivery.died'].map(
        logFilter,
      ),
      store: { acquire: (name) => database().projections.acquire(name) },
      apply: (tx, batch) => database().waiting.apply(tx, positionedFacts(batch), this.parts.partitions),
      signal: this.stopped.signal,
      onTrouble: (message, error) => logger.warn({ err: error }, message),
    });
  }

  private async putBackForEver(): Promise<void> {
    const { logger } = this.parts;
    let failures = 0;
    const trouble = new LastingTrouble(this.parts.nowMs);
    while (!this.stopped.signal.aborted) {
      try {
        const more = await this.putBack();
        failures = 0;
        trouble.passed();
        if (!more) await this.pause(lookEveryMs);
      } catch (error) {
        failures += 1;
        if (trouble.again())
          logger.warn({ err: error, waits: isDatabaseUnavailable(error) }, 'nothing is put back for now');
        await this.pause(Math.min(100 * 2 ** failures, 2_000));
      }
    }
  }

  /** @returns whether there may be more that is due */
  private async putBack(): Promise<boolean> {
    const { database, nowMs, tables } = this.parts;
    const rooms = new Map<string, number>();
    for (const { state } of tables.allEndpoints()) if (state.status === 'paused') rooms.set(state.id, 0);
    const partitions = Array.from({ length: this.parts.partitions }, (_, partition) => partition);
    const { taken } = await database().waiting.putBack(
      { nowMs: nowMs(), limit: putBackLimit, partitions, defaultRoom: putBackLimit, rooms },
      (rows) => publishDue(rows, this.parts),
    );
    return taken === putBackLimit;
  }

  private async countForEver(): Promise<void> {
    const { database, meters } = this.parts;
    while (!this.stopped.signal.aborted) {
      try {
        const counts = await database().waiting.countByReason();
        meters.deliveriesWaiting.reset();
        for (const [reason, count] of counts) meters.deliveriesWaiting.set({ reason }, count);
      } catch {
        // the loops above have said that the database is away; an old figure is worse than none
        meters.deliveriesWaiting.reset();
      }
      await this.pause(10_000);
    }
  }

  private async pause(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { signal: this.stopped.signal }).catch(() => undefined); // stopped: no need to wait
  }
}
