import type { DataSource, Repository, SelectQueryBuilder } from 'typeorm';
import type { DayPartitions } from '../connection/day-partitions.js';
import { cursorOf, keyOfCursor, pageOf, type Page } from '../connection/page.js';
import type { Sql, Transaction } from '../connection/transaction.js';
import { barePayloads, erasedAmong } from '../erased-events/erased-among.js';
import { AttemptEntity } from '../entities/attempt.entity.js';
import { DeliveryEntity } from '../entities/delivery.entity.js';
import type { Attempt, Delivery, DeliveryFilter, DeliveryState } from './delivery.js';
import { deliveriesOfEndpoint, type EndpointHas, type PlannedDelivery } from './deliveries-of-endpoint.js';
import { foldDeliveries, roundsOf, type PositionedFact } from './fold-deliveries.js';
import { statsOf, type Stats, type StatsRequest } from './stats.js';
import { attemptOf, deliveryOf, stateOf } from './views.js';
import { insertAttempts } from './write-attempts.js';
import { insertDeliveries, joinByKey, updateDeliveries } from './write-deliveries.js';

/** Every delivery and every attempt, as people look them up. */
export class DeliveryLog {
  readonly #deliveries: Repository<DeliveryEntity>;
  readonly #attempts: Repository<AttemptEntity>;

  constructor(
    source: DataSource,
    private readonly sql: Sql,
    private readonly partitions: DayPartitions,
  ) {
    this.#deliveries = source.getRepository(DeliveryEntity);
    this.#attempts = source.getRepository(AttemptEntity);
  }

  /** Applies facts in log order, any of LOG; those that do not concern deliveries are passed over. */
  async apply(tx: Transaction, given: readonly PositionedFact[]): Promise<void> {
    const facts = barePayloads(given, await erasedAmong(tx, given));
    const { created, later, included, attempts } = foldDeliveries(facts);
    if (created.length + later.length === 0) return;
    const written = [...created.map(({ fact }) => fact), ...attempts.map(({ fact }) => fact)];
    await this.partitions.ensure(written.map(({ acceptedAtMs }) => acceptedAtMs));
    await joinByKey(tx);
    await this.partitions.guard(async () => {
      for (const round of roundsOf(later)) await updateDeliveries(tx, round);
      const inserted = await insertDeliveries(tx, created);
      // A repeated fan-out: the row was there, so what came after it must still be applied to that.
      if (inserted < created.length)
        for (const round of roundsOf(included)) await updateDeliveries(tx, round);
      await insertAttempts(tx, attempts);
    });
  }

  /**
   * Newest first, in the order of the log.
   * @throws InvalidCursor
   */
  async list(tenant: string, filter: DeliveryFilter): Promise<Page<Delivery>> {
    const query = this.#deliveries
      .createQueryBuilder('d')
      .where('d.tenant = :tenant', { tenant })
      .orderBy('d.createdSeq', 'DESC')
      .addOrderBy('d.createdOrdinal', 'DESC')
      .limit(filter.limit + 1);
    narrow(query, filter);
    const rows = await query.getMany();
    return pageOf(rows, filter.limit, deliveryOf, (row) =>
      cursorOf('d', [row.createdSeq, row.createdOrdinal]),
    );
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
    return deliveriesOfEndpoint(this.sql, tenant, endpointId, planned);
  }

  async stats(tenant: string, request: StatsRequest): Promise<Stats> {
    return statsOf(this.sql, tenant, request);
  }

  /** The tenant is compared here: in the statement it makes the planner walk an index of all its deliveries. */
  async #find(tenant: string, id: string): Promise<DeliveryEntity | null> {
    const row = await this.#deliveries.findOneBy({ id });
    return row?.tenant === tenant ? row : null;
  }
}

function narrow(query: SelectQueryBuilder<DeliveryEntity>, filter: DeliveryFilter): void {
  const { status, endpointId, eventId, type, sinceMs, untilMs, cursor } = filter;
  if (status !== undefined) query.andWhere('d.status = :status', { status });
  if (endpointId !== undefined) query.andWhere('d.endpointId = :endpointId', { endpointId });
  if (eventId !== undefined) query.andWhere('d.eventId = :eventId', { eventId });
  if (type !== undefined) query.andWhere('d.type = :type', { type });
  if (sinceMs !== undefined) query.andWhere('d.createdAt >= :since', { since: new Date(sinceMs) });
  if (untilMs !== undefined) query.andWhere('d.createdAt < :until', { until: new Date(untilMs) });
  if (cursor !== undefined) {
    const [seq, ordinal] = keyOfCursor('d', 2, cursor);
    query.andWhere('(d.createdSeq, d.createdOrdinal) < (:seq, :ordinal)', { seq, ordinal });
  }
}
