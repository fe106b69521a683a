import type pg from 'pg';
import type { DataSource, Repository } from 'typeorm';
import type { DayPartitions } from '../connection/day-partitions.js';
import type { Page } from '../connection/page.js';
import { scanList } from '../connection/scan-list.js';
import { refusalOf } from '../connection/refusal.js';
import { sqlOf, type Transaction } from '../connection/transaction.js';
import { barePayloads, erasedAmong, isAnyErased } from '../erased-events/erased-among.js';
import { notePositions } from '../positions/time-positions.js';
import { seriesOf, type StatsSeries } from '../stats/read-series.js';
import { statsOf, type Stats } from '../stats/read-stats.js';
import type { StatsRequest } from '../stats/read-steps.js';
import { StatsDeltas } from '../stats/stats-deltas.js';
import { writeStats } from '../stats/write-stats.js';
import { AttemptEntity } from '../entities/attempt.entity.js';
import { DeliveryEntity } from '../entities/delivery.entity.js';
import { lastTraceparents, type AttemptedDelivery } from './last-attempts.js';
import type { Attempt, Delivery, DeliveryFilter, DeliveryState } from './delivery.js';
import { countNew, countUpdates } from './count-deliveries.js';
import { deliveriesOfEndpoint, type EndpointHas, type PlannedDelivery } from './deliveries-of-endpoint.js';
import {
  foldDeliveries,
  roundsOf,
  type PositionedDeliveryFact,
  type PositionedFact,
} from './fold-deliveries.js';
import { listScan } from './list-deliveries.js';
import { FactsPlan, type PlannedFacts } from './plan-facts.js';
import { attemptOf, deliveryOf, stateOf } from './views.js';
import { copyAttempts, insertAttempts } from './write-attempts.js';
import { copyDeliveries, insertDeliveries, joinByKey, updateDeliveries } from './write-deliveries.js';

/** Every delivery and every attempt, as people look them up. */
export class DeliveryLog {
  readonly #deliveries: Repository<DeliveryEntity>;
  readonly #attempts: Repository<AttemptEntity>;

  constructor(
    source: DataSource,
    private readonly pool: pg.Pool,
    private readonly partitions: DayPartitions,
    private readonly nowMs: () => number,
  ) {
    this.#deliveries = source.getRepository(DeliveryEntity);
    this.#attempts = source.getRepository(AttemptEntity);
  }

  /** Of facts that are to be written, {@link applyPlanned}, while nothing waits for it. */
  plan(): FactsPlan {
    return new FactsPlan();
  }

  /**
   * Applies what is planned, if that can be written as it is: nothing of it is there already, no event of it was erased.
   * @returns false: nothing was written, and {@link apply} is to be given the facts
   */
  async applyPlanned(tx: Transaction, plan: PlannedFacts): Promise<boolean> {
    let isErased = false;
    const write = async () => {
      isErased = await isAnyErased(tx, plan.eventSeqs);
      if (!isErased) await this.#writePlanned(tx, plan);
    };
    return (await refusalOf(tx, write, tx.savepoint)) === null && !isErased;
  }

  async #writePlanned(tx: Transaction, plan: PlannedFacts): Promise<void> {
    const { acceptedAtMs, attempts, createdAt, deliveries, later, stats } = plan;
    await this.partitions.ensure(acceptedAtMs);
    await this.partitions.guard(async () => {
      if (deliveries) await copyDeliveries(tx, deliveries);
      await this.#update(tx, later, stats);
      if (attempts) await copyAttempts(tx, attempts);
    });
    await notePositions(tx, 'deliveries', createdAt);
    await writeStats(tx, stats, this.nowMs());
  }

  /** Applies facts in log order, any of LOG; those that do not concern deliveries are passed over. */
  async apply(tx: Transaction, given: readonly PositionedFact[]): Promise<void> {
    const facts = barePayloads(given, await erasedAmong(tx, given));
    const { created, later, included, attempts } = foldDeliveries(facts);
    if (created.length + later.length === 0) return;
    const written = [...created.map(({ fact }) => fact), ...attempts.map(({ fact }) => fact)];
    await this.partitions.ensure(written.map(({ acceptedAtMs }) => acceptedAtMs));
    const stats = new StatsDeltas();
    await this.partitions.guard(async () => {
      await this.#update(tx, later, stats);
      const inserted = await insertDeliveries(tx, created);
      for (const delivery of inserted) countNew(stats, delivery);
      // A repeated fan-out: the row was there, so what came after it must still be applied to that.
      if (inserted.length < created.length) await this.#update(tx, included, stats);
      await insertAttempts(tx, attempts, stats);
    });
    await notePositions(
      tx,
      'deliveries',
      created.map(({ fact, seq }) => ({ atMs: fact.atMs, seq })),
    );
    await writeStats(tx, stats, this.nowMs());
  }

  async #update(
    tx: Transaction,
    facts: readonly PositionedDeliveryFact[],
    stats: StatsDeltas,
  ): Promise<void> {
    if (facts.length > 0) await joinByKey(tx);
    for (const round of roundsOf(facts)) countUpdates(stats, await updateDeliveries(tx, round));
  }

  /**
   * Newest first, in the order of the log.
   * @throws InvalidCursor
   */
  async list(tenant: string, filter: DeliveryFilter): Promise<Page<Delivery>> {
    const scan = await listScan(sqlOf(this.pool), this.#deliveries, tenant, filter);
    const { items, nextCursor } = await scanList(this.pool, scan);
    return { items: items.map(deliveryOf), nextCursor };
  }

  async find(tenant: string, id: string): Promise<Delivery | null> {
    const row = await this.#find(tenant, id);
    return row && deliveryOf(row);
  }

  async findState(tenant: string, id: string): Promise<DeliveryState | null> {
    const row = await this.#find(tenant, id);
    return row && stateOf(row);
  }

  /** First to last. */
  async attempts(tenant: string, deliveryId: string): Promise<readonly Attempt[]> {
    const rows = await this.#attempts.find({ where: { deliveryId, tenant }, order: { number: 'ASC' } });
    return rows.map(attemptOf);
  }

  /** The `traceparent` that the last attempt of each sent. @returns by delivery; those without one are left out */
  async lastTraceparents(deliveries: readonly AttemptedDelivery[]): Promise<ReadonlyMap<string, string>> {
    return lastTraceparents(sqlOf(this.pool), deliveries);
  }

  /** All deliveries of an event, in the order of their creation. */
  async ofEvent(tenant: string, eventId: string): Promise<readonly Delivery[]> {
    const rows = await this.#deliveries.find({
      where: { tenant, eventId },
      order: { createdSeq: 'ASC', createdOrdinal: 'ASC' },
    });
    return rows.map(deliveryOf);
  }

  /** What an endpoint has of these events. @returns by position in EVENTS; without those of which it has nothing */
  async ofEndpoint(
    tenant: string,
    endpointId: string,
    planned: readonly PlannedDelivery[],
  ): Promise<ReadonlyMap<number, EndpointHas>> {
    return deliveriesOfEndpoint(sqlOf(this.pool), tenant, endpointId, planned);
  }

  async stats(tenant: string, request: StatsRequest): Promise<Stats> {
    return statsOf(sqlOf(this.pool), tenant, request);
  }

  /** The same figures, step by step. */
  async series(tenant: string, request: StatsRequest): Promise<StatsSeries> {
    return seriesOf(sqlOf(this.pool), tenant, request);
  }

  /** The tenant is compared here: in the statement it makes the planner walk an index of all its deliveries. */
  async #find(tenant: string, id: string): Promise<DeliveryEntity | null> {
    const row = await this.#deliveries.findOneBy({ id });
    return row?.tenant === tenant ? row : null;
  }
}
