import { defaultTenant, logFilter } from '@postel/contracts';
import { DeliveryLedger, EventLedger, FigureChanges } from '@postel/domain';
import {
  ackFloorOf,
  readStream,
  refuseOtherStream,
  type IncomingMessage,
  type PositionLease,
} from '@postel/jetstream';
import type { ConservationState, LostEvent, Transaction } from '@postel/postgres';
import type { MetricsParts } from '../parts.js';
import { LookForMissing } from './look-for-missing.js';
import { LostEvents } from './lost-events.js';
import { factsOf, takeFacts, tenantOf, type Ledgers } from './take-facts.js';

export type CountParts = Pick<
  MetricsParts,
  'broker' | 'database' | 'logger' | 'meters' | 'nowMs' | 'partitions' | 'tables' | 'tenantExists'
> & {
  /** Between two rounds. */
  readonly everyMs: number;
};

/** EVENTS is read no further ahead of the dispatcher than this: what stands behind is at a later position. */
const readAhead = 1_000_000;
/** Positions that were told of stay this long, for those beside them. */
const keptPositions = 100_000;
const changesAtOnce = 20_000;
/** So far back the log is read at the start, for what succeeded lately. */
const recalledMessages = 4_096;
/** Where nothing happens, that is written down once in so many rounds. */
const idleRounds = 5;

interface Ends {
  /** Position in EVENTS: of everything at or below the log has been told. */
  readonly dispatched: number;
  /** Where EVENTS begins, and where it ends. */
  readonly eventsFirst: number;
  readonly events: number;
  readonly log: number;
}

/**
 * The count, in memory what changed since it was last stored. What is known of one stream at a position of another comes
 * from the order in which they are asked: whatever the dispatcher acknowledged was told to the log before, so it is in
 * the log up to an end that is read after the acknowledgement. So too for what is acknowledged in DELIVERIES.
 */
export class ConservationCount {
  private readonly lookForMissing: LookForMissing;
  private readonly lostEvents: LostEvents;
  private logRead: number;
  /** Of EVENTS, as it was last asked for. */
  private eventsEnd = 0;
  private storedAtMs = -Infinity;
  private newlyLost: LostEvent[] = [];

  private constructor(
    private readonly parts: CountParts,
    private readonly lease: PositionLease<Transaction>,
    private readonly signal: AbortSignal,
    private readonly ledgers: Ledgers,
    logRead: number,
  ) {
    this.lookForMissing = new LookForMissing(parts, lease);
    this.lostEvents = new LostEvents(parts, ledgers.sinceMs);
    this.logRead = logRead;
  }

  /** @throws where a stream is of an earlier time than what was stored of it */
  static async begin(
    parts: CountParts,
    lease: PositionLease<Transaction>,
    signal: AbortSignal,
  ): Promise<ConservationCount> {
    const logRead = await lease.position();
    const stored = await lease.transact((tx) => parts.database().conservation.load(tx));
    const state = stored ?? (await firstState(parts));
    await refuseOtherStreamsNow(parts, { log: logRead, events: state.eventsRead });
    const figures = new FigureChanges();
    const ledgers: Ledgers = {
      figures,
      sinceMs: state.sinceMs,
      events: new EventLedger(state, new Map(state.lost)),
      deliveries: new DeliveryLedger(figures, state.sinceMs),
      found: [],
    };
    const count = new ConservationCount(parts, lease, signal, ledgers, logRead);
    await count.recall();
    await count.acceptGone(state.eventsRead);
    // what was read before, once more: whose it is, of what is still awaiting
    await count.readEvents(state.eventsRead);
    return count;
  }

  /** Reads on, decides what can be decided, and stores it. @throws and then the count is to be taken up anew */
  async round(): Promise<void> {
    const { deliveries, events, figures } = this.ledgers;
    const ends = await this.ends();
    // it is purged of nothing that was not read here: it was lost, and what was to be read with it
    const isLost = ends.eventsFirst > events.readTo + 1;
    const gone = isLost ? await this.noteLost(events.passOver(ends.eventsFirst - 1)) : [];
    await this.readLog(ends.log);
    await this.readEvents(Math.min(ends.events, ends.dispatched + readAhead));
    if (this.signal.aborted) return;
    const settled = await this.noteLost(events.settle(ends.dispatched));
    const lost = [...gone, ...settled].filter(({ seq }) => events.lostBy(seq) !== undefined);
    const { unexpectedIds } = deliveries;
    const isIdle = deliveries.size === 0 && figures.all.size === 0;
    if (!isIdle || this.parts.nowMs() - this.storedAtMs >= idleRounds * this.parts.everyMs)
      await this.store();
    this.tell(lost, unexpectedIds);
    await this.lookForMissing.decide();
    await this.measure();
  }

  private async noteLost(positions: Parameters<LostEvents['among']>[0]): Promise<readonly LostEvent[]> {
    const { events, figures } = this.ledgers;
    const { counts, named } = await this.lostEvents.among(positions);
    for (const { seq, tenant } of named) events.remember(seq, tenant);
    for (const [tenant, count] of counts) figures.add(tenant, 'lostEvents', count);
    this.newlyLost.push(...named);
    return named;
  }

  /** In this order. @throws where a stream is of an earlier time than the count */
  private async ends(): Promise<Ends> {
    const { broker } = this.parts;
    const dispatched = await ackFloorOf(broker, 'EVENTS', 'dispatcher');
    const { first_seq: eventsFirst, last_seq: events } = (await broker.jsm.streams.info('EVENTS')).state;
    await this.lookForMissing.look(dispatched);
    const log = (await broker.jsm.streams.info('LOG')).state.last_seq;
    refuseOtherStreams({ log: this.logRead, events: this.ledgers.events.readTo }, { log, events });
    return { dispatched, eventsFirst, events, log };
  }

  private async readLog(upTo: number): Promise<void> {
    const { broker } = this.parts;
    const { deliveries, events } = this.ledgers;
    await readStream(broker, {
      stream: 'LOG',
      after: this.logRead,
      upTo,
      maxBatch: 64, // a message holds many facts
      signal: this.signal,
      onBatch: async (batch) => {
        await takeFacts(batch, this.ledgers, {
          isErased: (tenant, acceptedAtMs) => this.parts.tables.deletedTenants.isErased(tenant, acceptedAtMs),
          readEvents: (seq) => this.readEventsThereAre(seq),
          find: (ids) => this.lease.transact((tx) => this.parts.database().conservation.find(tx, ids)),
        });
        this.logRead = batch.at(-1)?.seq ?? this.logRead;
        events.letGo(keptPositions);
        if (deliveries.size > changesAtOnce) await this.store();
      },
    });
    if (!this.signal.aborted) this.logRead = Math.max(this.logRead, upTo);
  }

  /** The log may name what EVENTS does not reach, of a later state than it was put back to: what is to come there is not read yet. */
  private async readEventsThereAre(upTo: number): Promise<void> {
    if (upTo > this.eventsEnd)
      this.eventsEnd = (await this.parts.broker.jsm.streams.info('EVENTS')).state.last_seq;
    await this.readEvents(Math.min(upTo, this.eventsEnd));
  }

  private async readEvents(upTo: number): Promise<void> {
    const { broker, tables, tenantExists } = this.parts;
    const { events } = this.ledgers;
    await readStream(broker, {
      stream: 'EVENTS',
      after: events.readTo,
      upTo,
      headersOnly: true,
      maxBatch: 1_000,
      signal: this.signal,
      onBatch: (batch) => {
        for (const message of batch) {
          const named = tenantOf(message);
          const isTheirs = tenantExists(named) || tables.deletedTenants.has(named);
          events.accept(message.seq, isTheirs ? named : 'default');
        }
      },
    });
    if (!this.signal.aborted) events.readOn(upTo);
  }

  /** Where EVENTS was lost before this count was taken up: what had been read of it, and has no fate, cannot be read again. */
  private async acceptGone(upTo: number): Promise<void> {
    const { broker, database } = this.parts;
    const { events } = this.ledgers;
    if ((await broker.jsm.streams.info('EVENTS')).state.first_seq <= upTo + 1) return;
    const after = events.decidedTo;
    const tenants = await this.lease.transact((tx) =>
      database().conservation.tenantsBetween(tx, after, upTo),
    );
    for (let seq = after + 1; seq <= upTo; seq += 1) events.accept(seq, tenants.get(seq) ?? defaultTenant);
  }

  /** What succeeded lately may come again, late or told twice. */
  private async recall(): Promise<void> {
    const { deliveries } = this.ledgers;
    await readStream(this.parts.broker, {
      stream: 'LOG',
      filters: [logFilter('delivery.succeeded'), logFilter('delivery.succeeded.first')],
      after: Math.max(0, this.logRead - recalledMessages),
      upTo: this.logRead,
      maxBatch: 64,
      signal: this.signal,
      onBatch: (batch) => recallSuccesses(batch, deliveries),
    });
  }

  private async store(): Promise<void> {
    const { deletedTenants } = this.parts.tables;
    const { deliveries, events, figures, found, sinceMs } = this.ledgers;
    const isThere = (tenant: string) => !deletedTenants.has(tenant);
    const { kept, gone } = deliveries.changes();
    const atMs = this.parts.nowMs();
    await this.lease.apply(this.logRead, (tx) =>
      this.parts.database().conservation.write(tx, {
        sinceMs,
        eventsRead: events.readTo,
        logRead: this.logRead,
        events: events.state(),
        figures: new Map([...figures.all].filter(([tenant]) => isThere(tenant))),
        awaiting: new Map([...events.awaiting()].filter(([tenant]) => isThere(tenant))),
        kept: kept.filter(({ tenant }) => isThere(tenant)),
        gone,
        lost: this.newlyLost.filter(({ seq, tenant }) => isThere(tenant) && events.lostBy(seq) !== undefined),
        found: [...found],
        atMs,
      }),
    );
    figures.clear();
    deliveries.stored();
    found.length = 0;
    this.newlyLost = [];
    this.storedAtMs = atMs;
  }

  private tell(lost: readonly LostEvent[], unexpectedIds: readonly string[]): void {
    const { logger } = this.parts;
    if (lost.length > 0)
      logger.warn(
        { equation: 'events', count: lost.length, events: lost.slice(0, 10) },
        'accepted events of which the log does not tell what became',
      );
    if (unexpectedIds.length > 0)
      logger.warn(
        { equation: 'deliveries', deliveryIds: unexpectedIds },
        'outcomes of deliveries that nobody made',
      );
  }

  private async measure(): Promise<void> {
    const { database, meters } = this.parts;
    const differences = await database().conservation.differences();
    meters.conservationDifference.set({ equation: 'events' }, differences.events);
    meters.conservationDifference.set({ equation: 'deliveries' }, differences.deliveries);
  }
}

interface Positions {
  readonly log: number;
  readonly events: number;
}

async function refuseOtherStreamsNow({ broker }: CountParts, read: Positions): Promise<void> {
  const events = (await broker.jsm.streams.info('EVENTS')).state.last_seq;
  const log = (await broker.jsm.streams.info('LOG')).state.last_seq;
  refuseOtherStreams(read, { log, events });
}

function refuseOtherStreams(read: Positions, ends: Positions): void {
  const name = 'conservation';
  refuseOtherStream({ name, stream: 'LOG', position: read.log, end: ends.log });
  refuseOtherStream({ name, stream: 'EVENTS', position: read.events, end: ends.events });
}

/** From the beginning of both streams, which may be later than that of the installation. */
async function firstState({ broker }: CountParts): Promise<ConservationState> {
  const events = (await broker.jsm.streams.info('EVENTS')).state;
  const log = (await broker.jsm.streams.info('LOG')).state;
  const base = Math.max(0, events.first_seq - 1);
  const hasBegun = log.messages === 0 || log.first_seq <= 1;
  const sinceMs = hasBegun ? 0 : Date.parse(String(log.first_ts));
  return { base, toldBits: new Uint8Array(), eventsRead: base, sinceMs, lost: new Map() };
}

function recallSuccesses(batch: readonly IncomingMessage[], deliveries: DeliveryLedger): void {
  for (const { fact } of factsOf(batch)) {
    if (fact.fact === 'delivery.succeeded') deliveries.recall(fact.deliveryId);
  }
}
