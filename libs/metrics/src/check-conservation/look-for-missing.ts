import { delivererConsumer, lanes } from '@postel/contracts';
import { consumedUpTo, durablesOf, type PositionLease } from '@postel/jetstream';
import type { SuspectDelivery, Transaction } from '@postel/postgres';
import type { CountParts } from './conservation-count.js';

interface Look {
  readonly suspects: readonly SuspectDelivery[];
  /** Position in DELIVERIES: if they are there, then at or below. */
  readonly upTo: number;
  readonly next: string;
  /** Seen acknowledged so often: a broker that follows its leader may be a moment behind. */
  passed: number;
}

/** From the end of the open deliveries to their beginning. */
const restingRounds = 2;
const passedTimes = 2;

/**
 * An open delivery must be somewhere. It is looked for in the waiting room, where all is that waits by the log; what is not
 * there has been published, and is in DELIVERIES no further than its end. When everybody has acknowledged all up to that
 * end, and the log has been read after that, it has an outcome; or else it is missing.
 *
 *   look ──nobody suspect──▶ the next part of the open deliveries
 *    ╰──suspects──▶ until DELIVERIES is acknowledged so far ──▶ until the log is read ──▶ still as they were: missing
 */
export class LookForMissing {
  private underWay: Look | null = null;
  private after = '';
  private nextAtMs = -Infinity;

  constructor(
    private readonly parts: CountParts,
    private readonly lease: PositionLease<Transaction>,
  ) {}

  /**
   * Before the end of the log is asked for.
   * @param dispatched position in EVENTS that the dispatcher had finished before
   */
  async look(dispatched: number): Promise<void> {
    const { broker, database, nowMs } = this.parts;
    if (this.underWay) {
      if (await this.isAcknowledged(this.underWay.upTo)) this.underWay.passed += 1;
      return;
    }
    if (nowMs() < this.nextAtMs) return;
    const { deliveries, next } = await database().conservation.suspects(this.after, dispatched);
    if (deliveries.length === 0) return this.goOn(next);
    const upTo = (await broker.jsm.streams.info('DELIVERIES')).state.last_seq;
    this.underWay = { suspects: deliveries, upTo, next, passed: 0 };
  }

  /** After the log was read to an end that was asked for after {@link look}, and what it tells was stored. */
  async decide(): Promise<void> {
    const { database, logger, tables } = this.parts;
    const look = this.underWay;
    if (!look || look.passed < passedTimes) return;
    // what a deleted tenant had is gone on purpose, here a moment later than elsewhere; another process may erase it
    await tables.catchUp();
    const expected = look.suspects.filter(({ tenant }) => !tables.deletedTenants.has(tenant));
    const missing = await this.lease.transact((tx) => database().conservation.markMissing(tx, expected));
    this.underWay = null;
    this.goOn(look.next);
    if (missing.length === 0) return;
    logger.warn(
      { equation: 'deliveries', count: missing.length, deliveries: missing.slice(0, 10) },
      'deliveries that are open by the log, and are nowhere',
    );
  }

  private goOn(next: string): void {
    this.after = next;
    // through all of them without a rest, and then anew
    if (next === '') this.nextAtMs = this.parts.nowMs() + restingRounds * this.parts.everyMs;
  }

  /** A consumer that is not there yet has acknowledged nothing. */
  private async isAcknowledged(upTo: number): Promise<boolean> {
    const { broker, partitions } = this.parts;
    const needed = new Set(
      lanes.flatMap((lane) =>
        Array.from({ length: partitions }, (_, partition) => delivererConsumer(lane, partition).durable),
      ),
    );
    const durables = await durablesOf(broker, 'DELIVERIES');
    for (const { name } of durables) needed.delete(name);
    const consumed = await Promise.all(durables.map((info) => consumedUpTo(broker, info)));
    return needed.size === 0 && Math.min(...consumed) >= upTo;
  }
}
