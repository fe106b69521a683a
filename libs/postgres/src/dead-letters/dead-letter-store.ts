import type { DeadLetterReason } from '@postel/contracts';
import type pg from 'pg';
import { In, type DataSource, type Repository, type SelectQueryBuilder } from 'typeorm';
import type { Page } from '../connection/page.js';
import { scanList } from '../connection/scan-list.js';
import { sqlOf, type Transaction } from '../connection/transaction.js';
import { notePositions } from '../positions/time-positions.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import { barePayloads, erasedAmong } from '../erased-events/erased-among.js';
import { DeadLetterEntity } from '../entities/dead-letter.entity.js';
import type {
  DeadDelivery,
  DeadLetter,
  DeadLetterFilter,
  DeadLetterRound,
  DeadLetterSelection,
  InvalidEvent,
  PagedDeadDelivery,
  RawMessage,
} from './dead-letter.js';
import { foldDeadLetters, invalidEventLetterId } from './fold-dead-letters.js';
import { listScan } from './list-dead-letters.js';
import { deadDeliveryOf, deadLetterOf, invalidEventOf, type LastAttempt } from './views.js';
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
    const erased = await erasedAmong(tx, facts);
    const { removed, died, invalid, discarded } = foldDeadLetters(barePayloads(facts, erased));
    await removeDeadLetters(tx, removed);
    await insertDied(tx, died);
    await insertInvalid(
      tx,
      invalid.map(({ seq, fact }) => ({
        seq,
        fact,
        raw: erased.has(fact.eventSeq) ? undefined : invalidPayloads.get(fact.eventSeq),
      })),
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
    const lastAttempts = await this.#lastAttempts(page.items);
    return { ...page, items: page.items.map((row) => deadLetterOf(row, lastAttempts)) };
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

  /**
   * Oldest first, those between two positions in LOG; only of deliveries: an event that was not understood cannot be
   * redriven.
   */
  async deliveriesAfter(
    tenant: string,
    selection: DeadLetterSelection,
    { after, upTo, limit }: { after: number; upTo: number; limit: number },
  ): Promise<readonly PagedDeadDelivery[]> {
    const rows = await this.#between(tenant, selection, { after, upTo, limit })
      .orderBy('l.logSeq', 'ASC')
      .getMany();
    return rows.flatMap((row) => {
      const delivery = deadDeliveryOf(row);
      return delivery ? [{ ...delivery, logSeq: row.logSeq }] : [];
    });
  }

  /** How many {@link deliveriesAfter} would give. @returns `null`: more than `atMost` */
  async countDeliveries(
    tenant: string,
    selection: DeadLetterSelection,
    { after, upTo, atMost }: { after: number; upTo: number; atMost: number },
  ): Promise<number | null> {
    const rows = this.#between(tenant, selection, { after, upTo, limit: atMost + 1 })
      .select('l.id', 'id')
      .orderBy();
    const [text, parameters] = rows.getQueryAndParameters();
    const counted = await sqlOf(this.pool).query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (${text}) AS counted`,
      parameters,
    );
    const count = counted.rows[0]?.count ?? 0;
    return count > atMost ? null : count;
  }

  /** Of these events, the positions of those that were not understood, and that are dead letters. */
  async notUnderstood(eventSeqs: readonly number[]): Promise<ReadonlySet<number>> {
    const ids = new Map(eventSeqs.map((seq) => [invalidEventLetterId(seq), seq]));
    const { rows } = await sqlOf(this.pool).query<{ id: string }>(
      'SELECT id FROM dead_letters WHERE id = ANY ($1)',
      [[...ids.keys()]],
    );
    return new Set(rows.flatMap(({ id }) => ids.get(id) ?? []));
  }

  /** Of every kind, oldest first. @param afterSeq of the round before, 0 for the first */
  async round(
    tenant: string,
    selection: DeadLetterSelection,
    { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
  ): Promise<DeadLetterRound> {
    const rows = await this.#select(tenant, selection, limit)
      .andWhere('l.logSeq > :afterSeq', { afterSeq })
      .orderBy('l.logSeq', 'ASC')
      .getMany();
    return {
      deliveries: rows.flatMap((row) => deadDeliveryOf(row) ?? []),
      invalid: rows.flatMap((row) => invalidEventOf(row) ?? []),
      lastSeq: rows.at(-1)?.logSeq ?? null,
    };
  }

  /** Of all tenants; reasons without any are left out. */
  async countByReason(): Promise<ReadonlyMap<DeadLetterReason, number>> {
    const { rows } = await sqlOf(this.pool).query<{ reason: DeadLetterReason; count: number }>(
      'SELECT reason, count(*) AS count FROM dead_letters GROUP BY reason',
    );
    return new Map(rows.map(({ reason, count }) => [reason, count]));
  }

  #between(
    tenant: string,
    selection: DeadLetterSelection,
    { after, upTo, limit }: { after: number; upTo: number; limit: number },
  ): SelectQueryBuilder<DeadLetterEntity> {
    return this.#select(tenant, selection, limit).andWhere(
      'l.deliveryId IS NOT NULL AND l.logSeq > :after AND l.logSeq <= :upTo',
      { after, upTo },
    );
  }

  #select(
    tenant: string,
    selection: DeadLetterSelection,
    limit: number,
  ): SelectQueryBuilder<DeadLetterEntity> {
    const { reason, endpointId, eventId, type, sinceMs, untilMs, acceptedSinceMs, acceptedUntilMs } =
      selection;
    const query = this.#deadLetters
      .createQueryBuilder('l')
      .where('l.tenant = :tenant', { tenant })
      .orderBy('l.logSeq', 'DESC')
      .limit(limit);
    if (reason !== undefined) query.andWhere('l.reason = :reason', { reason });
    if (endpointId !== undefined) query.andWhere('l.endpointId = :endpointId', { endpointId });
    if (eventId !== undefined) query.andWhere('l.eventId = :eventId', { eventId });
    if (type !== undefined) query.andWhere('l.type = :type', { type });
    if (sinceMs !== undefined) query.andWhere('l.createdAt >= :since', { since: new Date(sinceMs) });
    if (untilMs !== undefined) query.andWhere('l.createdAt < :until', { until: new Date(untilMs) });
    if (acceptedSinceMs !== undefined)
      query.andWhere('l.acceptedAt >= :acceptedSince', { acceptedSince: new Date(acceptedSinceMs) });
    if (acceptedUntilMs !== undefined)
      query.andWhere('l.acceptedAt < :acceptedUntil', { acceptedUntil: new Date(acceptedUntilMs) });
    return query;
  }

  /** A delivery that died between attempts (too old, endpoint gone): its fact knows nothing of the last one. */
  async #lastAttempts(rows: readonly DeadLetterEntity[]): Promise<ReadonlyMap<string, LastAttempt>> {
    const unknown = rows.filter(
      (row) => row.deliveryId !== null && row.attempts > 0 && row.lastAttemptAt === null,
    );
    if (unknown.length === 0) return new Map();
    const { rows: found } = await sqlOf(this.pool).query<LastAttempt & { delivery_id: string }>(
      `SELECT DISTINCT ON (delivery_id) delivery_id, started_at AS "startedAt",
              response_status AS status, error_code AS "errorCode", error_message AS "errorMessage"
         FROM attempts WHERE delivery_id = ANY ($1) ORDER BY delivery_id, number DESC`,
      [unknown.map(({ deliveryId }) => deliveryId)],
    );
    return new Map(found.map(({ delivery_id, ...attempt }) => [delivery_id, attempt]));
  }
}
