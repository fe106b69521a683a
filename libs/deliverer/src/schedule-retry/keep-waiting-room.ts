import { logFilter, projectionFilters } from '@postel/contracts';
import {
  ackFloorOf,
  lastSequenceOf,
  positionedFactsInSteps,
  runProjection,
  type Broker,
  type PositionedFact,
  type PositionLease,
} from '@postel/jetstream';
import { inTurns, type Database, type Transaction } from '@postel/postgres';
import { componentLogger, LastingTrouble, reportSetAside, type Logger, type Meters } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';

export interface KeepParts {
  readonly broker: Broker;
  /** @throws while the database was never reached */
  readonly database: () => Database;
  readonly partitions: number;
  readonly logger: Logger;
  readonly meters: Pick<Meters, 'projectionSetAside'>;
  readonly nowMs: () => number;
}

/** How often it is looked whether held deliveries can be numbered, while there are any. */
const numberEveryMs = 20;
/**
 * Rows that are older than that may be of deliveries that have gone on since: the broker would no longer know the
 * repetition of a put-back by its id (2 minutes).
 */
const levelWithinMs = 30_000;
const tellLevelEveryMs = 5_000;
const deferred = logFilter('delivery.deferred');

/**
 * The rows of the waiting room, made of the facts that say "later", and the order of ordered deliveries. One deliverer
 * does it, under the lease of the projection.
 *
 * The order is that of acceptance, although any number of dispatchers fan out side by side: a held delivery gets its
 * number when all events at or below its own have been fanned out (the dispatcher's ack floor says how far that is, and
 * is read first), and the facts of that have been applied (so the end of the log is read second).
 */
export class KeepWaitingRoom {
  private readonly stopped = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private lease: PositionLease<Transaction> | null = null;
  private applied = 0;
  /** The rows say what the log said then; 0: not known. */
  private currentAtMs = 0;
  /** There was nothing more to read. */
  private isLevel = false;
  /** Position in EVENTS up to which something may be held without a number; 0: nothing. */
  private unnumberedUpTo = 0;

  constructor(private readonly parts: KeepParts) {}

  start(): void {
    this.running = Promise.all([this.project(), this.numberForEver(), this.tellLevelForEver()]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private project(): Promise<void> {
    const { broker, database, partitions } = this.parts;
    const logger = componentLogger(this.parts.logger, 'projections');
    return runProjection(broker, {
      name: 'waiting-room',
      stream: 'LOG',
      filters: projectionFilters['waiting-room'],
      isUrgent: true,
      store: { acquire: (name) => database().projections.acquire(name) },
      prepare: async (batch) => {
        // attempts go on beside it
        const facts = await inTurns(positionedFactsInSteps(batch));
        const write = async (tx: Transaction) => {
          this.noteHeld(facts);
          const apply = (some: readonly PositionedFact[]) => database().waiting.apply(tx, some, partitions);
          reportSetAside(
            await database().writeOrSetAside.facts(tx, 'waiting-room', facts, apply),
            this.parts,
          );
        };
        return { write };
      },
      onLease: (lease) => this.take(lease),
      onStored: (last, stored) => {
        logger.debug({ projection: 'waiting-room', position: last.seq, ...stored }, 'batch stored');
        this.applied = last.seq;
        this.isLevel = false;
        this.currentAtMs = last.storedAtMs;
      },
      onLevel: () => (this.isLevel = true),
      signal: this.stopped.signal,
      onTrouble: (message, error) => logger.warn({ err: error }, message),
    });
  }

  private async take(lease: PositionLease<Transaction> | null): Promise<void> {
    this.lease = null;
    this.isLevel = false;
    this.currentAtMs = 0;
    if (!lease) return;
    const { broker, database, partitions } = this.parts;
    this.applied = await lease.position();
    // whoever had it before may have left something, of events that are there by now
    const { last_seq } = (await broker.jsm.streams.info('EVENTS')).state;
    this.unnumberedUpTo = Math.max(this.unnumberedUpTo, last_seq);
    await database().waiting.repartition(partitions);
    this.lease = lease;
  }

  private noteHeld(facts: readonly PositionedFact[]): void {
    for (const { fact } of facts) {
      const isHeld = fact.fact === 'delivery.deferred' && fact.reason === 'ordering';
      if (isHeld) this.unnumberedUpTo = Math.max(this.unnumberedUpTo, fact.eventSeq);
    }
  }

  private async numberForEver(): Promise<void> {
    const trouble = new LastingTrouble(this.parts.nowMs);
    while (!this.stopped.signal.aborted) {
      try {
        if (this.lease && this.unnumberedUpTo > 0) await this.number(this.lease);
        trouble.passed();
      } catch (error) {
        if (trouble.again())
          this.parts.logger.warn({ err: error }, 'ordered deliveries are not numbered for now');
        await this.pause(500);
      }
      await this.pause(numberEveryMs);
    }
  }

  private async number(lease: PositionLease<Transaction>): Promise<void> {
    const { broker, database } = this.parts;
    const upTo = this.unnumberedUpTo;
    const floor = await ackFloorOf(broker, 'EVENTS', 'dispatcher');
    const last = await lastSequenceOf(broker, 'LOG', deferred);
    // a fact of a tenant that is being erased may go before it is applied: then it is asked anew
    const untilMs = performance.now() + 1_000;
    while (this.applied < last) {
      if (this.stopped.signal.aborted || this.lease !== lease || performance.now() > untilMs) return;
      await this.pause(2);
    }
    await lease.transact((tx) => database().waiting.numberHeld(tx, floor));
    if (floor >= upTo && this.unnumberedUpTo === upTo) this.unnumberedUpTo = 0;
  }

  /** What was made anew, or restored from a copy, is put back from only when it has caught up with the log. */
  private async tellLevelForEver(): Promise<void> {
    const { database, nowMs } = this.parts;
    // by the clock that nobody sets: while it is not told nothing is put back, by any deliverer
    let toldAtMs = -Infinity;
    while (!this.stopped.signal.aborted) {
      const { lease } = this;
      const isCurrent = this.isLevel || nowMs() - this.currentAtMs < levelWithinMs;
      if (!lease || !isCurrent) toldAtMs = -Infinity;
      else if (performance.now() - toldAtMs >= tellLevelEveryMs) {
        // what fails here is told by the projection, which needs the same connection
        await lease
          .transact((tx) => database().waiting.tellLevel(tx))
          .then(() => (toldAtMs = performance.now()))
          .catch(() => undefined);
      }
      await this.pause(100);
    }
  }

  private async pause(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { signal: this.stopped.signal }).catch(() => undefined); // stopped: no need to wait
  }
}
