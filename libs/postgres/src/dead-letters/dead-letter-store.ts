import type { DeadLetterReason } from '@postel/contracts';
import type pg from 'pg';
import { In, type DataSource, type Repository, type SelectQueryBuilder } from 'typeorm';
import type { Page } from '../connection/page.js';
import { scanList } from '../connection/scan-list.js';
import { sqlOf, type Transaction } from '../connection/transaction.js';
import { notePositions } from '../positions/time-positions.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import { DeadLetterEntity } from '../entities/dead-letter.entity.js';
import type {
  DeadDelivery,
  DeadLetter,
  DeadLetterFilter,
  DeadLetterSelection,
  InvalidEvent,
  RawMessage,
} from './dead-letter.js';
import { foldDeadLetters } from './fold-dead-letters.js';
import { listScan } from './list-dead-letters.js';
import { deadDeliveryOf, deadLetterOf, invalidEventOf } from './views.js';
import { insertDied, insertInvalid, removeDeadLetters, removeInvalid } from './write-dead-letters.js';

/** What ended badly and was neither reopened nor discarded. */
export class DeadLetterStore {
  readonly #deadLetters: Repository<DeadLetterEntity>;

  constructor(
    source: DataSource,
    private readonly pool: pg.Pool,
  ) {
    this.#deadLetters = source.getRepository(DeadLetterEntity);
  }

  /**
   * Applies facts in log order, any of LOG.
   * @param invalidPayloads by position in EVENTS; an `event.invalid` that is not among them is stored without its bytes
   */
  async apply(
    tx: Transaction,
    facts: readonly PositionedFact[],
    invalidPayloads: ReadonlyMap<number, RawMessage>,
  ): Promise<void> {
    const { removed, died, invalid, discarded } = foldDeadLetters(facts);
    await removeDeadLetters(tx, removed);
    await insertDied(tx, died);
    await insertInvalid(
      tx,
      invalid.map(({ seq, fact }) => ({ seq, fact, raw: invalidPayloads.get(fact.eventSeq) })),
    );
    await removeInvalid(tx, discarded);
    await notePositions(
      tx,
      'dead_letters',
      [...died, ...invalid].map(({ seq, fact }) => ({ atMs: fact.atMs, seq })),
    );
  }

  /**
   * Newest first, in the order of the log.
   * @throws InvalidCursor
   */
  async list(tenant: string, filter: DeadLetterFilter): Promise<Page<DeadLetter>> {
    const scan = await listScan(sqlOf(this.pool), this.#deadLetters, tenant, filter);
    const page = await scanList(this.pool, scan);
    const attemptedAt = await this.#lastAttempts(page.items);
    return { ...page, items: page.items.map((row) => deadLetterOf(row, attemptedAt)) };
  }

  async find(tenant: string, id: string): Promise<DeadLetter | null> {
    const row = await this.#deadLetters.findOneBy({ id, tenant });
    return row && deadLetterOf(row, await this.#lastAttempts([row]));
  }

  /** Null unless this is the dead letter of an event that was not understood. */
  async findInvalidEvent(tenant: string, id: string): Promise<InvalidEvent | null> {
    const row = await this.#deadLetters
      .createQueryBuilder('l')
      .addSelect('l.payload')
      .where('l.tenant = :tenant AND l.id = :id', { tenant, id })
      .getOne();
    return row && invalidEventOf(row);
  }

  /** What redriving or discarding these takes; those that are gone, or of no delivery, are left out. */
  async findDeliveries(tenant: string, ids: readonly string[]): Promise<readonly DeadDelivery[]> {
    const rows = await this.#deadLetters.find({
      where: { tenant, id: In([...ids]) },
      order: { logSeq: 'ASC' },
    });
    return rows.flatMap((row) => deadDeliveryOf(row) ?? []);
  }

  /** Oldest first; only of deliveries: an event that was not understood cannot be redriven. */
  async idsForRedrive(
    tenant: string,
    selection: DeadLetterSelection,
    limit: number,
  ): Promise<readonly string[]> {
    const rows = await this.#select(tenant, selection, limit)
      .select('l.id', 'id')
      .andWhere('l.deliveryId IS NOT NULL')
      .orderBy('l.logSeq', 'ASC')
      .getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  /** Of all tenants; reasons without any are left out. */
  async countByReason(): Promise<ReadonlyMap<DeadLetterReason, number>> {
    const { rows } = await sqlOf(this.pool).query<{ reason: DeadLetterReason; count: number }>(
      'SELECT reason, count(*) AS count FROM dead_letters GROUP BY reason',
    );
    return new Map(rows.map(({ reason, count }) => [reason, count]));
  }

  #select(
    tenant: string,
    selection: DeadLetterSelection,
    limit: number,
  ): SelectQueryBuilder<DeadLetterEntity> {
    const { reason, endpointId, eventId, sinceMs, untilMs } = selection;
    const query = this.#deadLetters
      .createQueryBuilder('l')
      .where('l.tenant = :tenant', { tenant })
      .orderBy('l.logSeq', 'DESC')
      .limit(limit);
    if (reason !== undefined) query.andWhere('l.reason = :reason', { reason });
    if (endpointId !== undefined) query.andWhere('l.endpointId = :endpointId', { endpointId });
    if (eventId !== undefined) query.andWhere('l.eventId = :eventId', { eventId });
    if (sinceMs !== undefined) query.andWhere('l.createdAt >= :since', { since: new Date(sinceMs) });
    if (untilMs !== undefined) query.andWhere('l.createdAt < :until', { until: new Date(untilMs) });
    return query;
  }

  /** A delivery that died between attempts (too old, endpoint gone): its fact does not know when the last one was. */
  async #lastAttempts(rows: readonly DeadLetterEntity[]): Promise<ReadonlyMap<string, Date>> {
    const unknown = rows.filter(
      (row) => row.deliveryId !== null && row.attempts > 0 && row.lastAttemptAt === null,
    );
    if (unknown.length === 0) return new Map();
    const { rows: found } = await sqlOf(this.pool).query<{ delivery_id: string; last: Date }>(
      `SELECT delivery_id, max(started_at) AS last FROM attempts WHERE delivery_id = ANY ($1) GROUP BY delivery_id`,
      [unknown.map(({ deliveryId }) => deliveryId)],
    );
    return new Map(found.map(({ delivery_id, last }) => [delivery_id, last]));
  }
}
