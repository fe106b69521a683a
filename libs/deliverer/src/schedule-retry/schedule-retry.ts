import { deliveryMessageId } from '@postel/contracts';
import type { Admission } from '@postel/domain';
import { isDatabaseUnavailable, waitingReasons, type Database, type WaitingRow } from '@postel/postgres';
import { LastingTrouble, type Logger, type Meters } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import { publishDue, type PutBackParts } from './put-back.js';
import type { RoomIsLevel } from './room-is-level.js';
import type { Rooms } from './rooms.js';

export interface ScheduleParts extends PutBackParts {
  /** @throws while the database was never reached */
  readonly database: () => Database;
  readonly rooms: Rooms;
  readonly admission: Pick<Admission, 'expecting' | 'arrived' | 'returned'>;
  readonly roomIsLevel: Pick<RoomIsLevel, 'now' | 'forget'>;
  /** Partitions that this process owns: it alone puts back what waits in them. */
  readonly owned: ReadonlySet<number>;
  readonly logger: Logger;
  readonly meters: Meters;
}

/** Rows that one transaction puts back. */
const putBackLimit = 1_000;
/** How late a retry may start because nobody looked. */
const lookEveryMs = 50;
const countEveryMs = 15_000;
/** At a start the waiting room is level within seconds. */
const soonLevelMs = 30_000;

/** Deliveries whose time has come become messages again, as many as their endpoints can take. */
export class ScheduleRetry {
  private readonly stopped = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  /** The last look found as much as was asked for. */
  private isBehind = false;
  private readonly notLevel: LastingTrouble;

  constructor(private readonly parts: ScheduleParts) {
    this.notLevel = new LastingTrouble(parts.nowMs, soonLevelMs);
  }

  start(): void {
    this.running = Promise.all([this.putBackForEver(), this.countForEver()]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
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
        this.parts.roomIsLevel.forget();
        if (trouble.again())
          logger.warn({ err: error, waits: isDatabaseUnavailable(error) }, 'nothing is put back for now');
        await this.pause(Math.min(100 * 2 ** failures, 2_000));
      }
    }
  }

  /** @returns whether there may be more that is due */
  private async putBack(): Promise<boolean> {
    const partitions = [...this.parts.owned];
    if (partitions.length === 0 || !(await this.isLevel())) return false;
    if (!this.isBehind) return (this.isBehind = await this.putBackOf(partitions));
    // each waits for the database and the broker in turn: two halves of the partitions keep both at work
    const halves = [0, 1].map((half) => partitions.filter((_, index) => index % 2 === half));
    const more = await Promise.allSettled(halves.map((half) => this.putBackOf(half)));
    this.isBehind = more.some((result) => result.status === 'fulfilled' && result.value);
    const failure = more.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    return this.isBehind;
  }

  private async isLevel(): Promise<boolean> {
    const isLevel = await this.parts.roomIsLevel.now();
    if (isLevel) this.notLevel.passed();
    else if (this.notLevel.again())
      this.parts.logger.warn('nothing is put back before the waiting room has caught up with the log');
    return isLevel;
  }

  /** @returns whether there may be more that is due in these partitions */
  private async putBackOf(partitions: readonly number[]): Promise<boolean> {
    const { database, nowMs, rooms } = this.parts;
    const atMs = nowMs();
    const told = rooms.now(atMs);
    const { taken } = await database().waiting.putBack(
      { nowMs: atMs, limit: putBackLimit, partitions, ...told },
      (rows) => {
        rooms.taken(countByEndpoint(rows), told, nowMs());
        return this.publish(rows);
      },
    );
    return taken === putBackLimit;
  }

  private async publish(rows: readonly WaitingRow[]): Promise<ReadonlySet<string>> {
    const { admission } = this.parts;
    const published = await publishDue(rows, this.parts);
    for (const row of rows) {
      const isInLine = row.reason === 'busy' || row.reason === 'rate_limited';
      if (isInLine && published.has(deliveryMessageId(row))) admission.returned(row.endpointId);
    }
    return published;
  }

  private async countForEver(): Promise<void> {
    const { database, meters, owned } = this.parts;
    while (!this.stopped.signal.aborted) {
      try {
        // one of the fleet is enough: whoever has the first partition
        const counts = owned.has(0) ? await database().waiting.countByReason() : null;
        meters.deliveriesWaiting.reset();
        if (counts)
          for (const reason of waitingReasons)
            meters.deliveriesWaiting.set({ reason }, counts.get(reason) ?? 0);
      } catch {
        // the loops above have said that the database is away; an old figure is worse than none
        meters.deliveriesWaiting.reset();
      }
      await this.pause(countEveryMs);
    }
  }

  private async pause(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { signal: this.stopped.signal }).catch(() => undefined); // stopped: no need to wait
  }
}

function countByEndpoint(rows: readonly WaitingRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { endpointId } of rows) counts.set(endpointId, (counts.get(endpointId) ?? 0) + 1);
  return counts;
}
