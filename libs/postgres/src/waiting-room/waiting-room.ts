import { deliveryMessageId } from '@postel/contracts';
import type pg from 'pg';
import { poolTransaction, sqlOf, type Sql, type Transaction } from '../connection/transaction.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import { countByReason, countWaiting, type WaitingCounts } from './count-waiting.js';
import { takeExpired, takeOfEndpoint, type ExpirySelection } from './end-waiting.js';
import { foldWaiting } from './fold-waiting.js';
import { numberHeld } from './number-held.js';
import { firstDueAtMs, oldestSinceMs } from './oldest-waiting.js';
import { OrderingBook } from './ordering-book.js';
import { beforeReopenings, isReopenedInOrder } from './before-reopenings.js';
import { withoutRepetitions } from './repeated-facts.js';
import { repartition } from './repartition.js';
import { LookPaces, isAnyDue, selectDue, type DueSelection } from './select-due.js';
import { waitingEndpointsOf, waitingPartitions } from './waiting-endpoints.js';
import { heldDueAtMs, type WaitingReason, type WaitingRow } from './waiting-row.js';
import { removeEnded, removeTaken, reschedule, upsertWaiting, type Reschedule } from './write-waiting.js';

/**
 * Publishes the rows to DELIVERIES.
 * @returns the {@link deliveryMessageId} of those that the broker acknowledged; the others stay and come again
 */
export type PublishDue = (rows: readonly WaitingRow[]) => Promise<ReadonlySet<string>>;

/** Appends the facts that end these rows to LOG; when it throws, the rows stay. */
export type EndRows = (rows: readonly WaitingRow[]) => Promise<void>;

export interface PutBackResult {
  /** Rows that were due and taken by this call. */
  readonly taken: number;
  /** Of those, published and removed. */
  readonly published: number;
}

/**
 * The table is full a moment after it was empty, and its statistics do not follow: without this PostgreSQL reads and
 * sorts all of it for its first rows, again and again (350 us a row put back instead of 35).
 */
const indexOnly =
  'SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off';

/** A commit that a crash of the server forgets is a put-back that is repeated: the broker drops it, or the owner does. */
const forgettable = 'SET LOCAL synchronous_commit = off';

/**
 * What is reopened may go before what is held already: a crash of the server must not forget which of them was released,
 * to decide it anew while the other one is under way.
 */
const lasting = 'SET LOCAL synchronous_commit = on';

/**
 * Deliveries that must wait, each until its time, or until it is its turn:
 *
 *   deferred | reopened ──▶ waiting ──put-back──▶ gone (it is in DELIVERIES, as the row's hop)
 *                            ▲   ╰──succeeded | died of that hop or a later one──▶ gone
 *   deferred (ordering) ──▶ held, until what is before it in its key has ended
 */
export class WaitingRoom {
  readonly #sql: Sql;
  readonly #paces = new LookPaces();

  constructor(
    private readonly pool: pg.Pool,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.#sql = sqlOf(pool);
  }

  /**
   * Applies facts in log order, any of LOG.
   * @param partitions how many there are: a row is put back by the owner of its endpoint's
   */
  async apply(tx: Transaction, facts: readonly PositionedFact[], partitions: number): Promise<void> {
    const news = await withoutRepetitions(tx, facts);
    if (news.some(isReopenedInOrder)) await tx.query(lasting);
    for (const some of beforeReopenings(news)) {
      const nowMs = this.nowMs();
      const book = await OrderingBook.of(tx, some, nowMs);
      const { ended, waiting } = foldWaiting(some, partitions, book, nowMs);
      await removeEnded(tx, ended);
      await upsertWaiting(tx, waiting);
      await book.store(tx);
    }
  }

  /**
   * Numbers what is held, gapless and in the order of the events for each endpoint and ordering key, and releases what
   * has nothing before it. By the projection's writer.
   * @param ackFloor position in EVENTS; all events at or below have been fanned out, and the facts of it applied: read
   * it from the dispatcher's durable, then apply LOG up to the end that it had after that
   * @returns how many rows got a number
   */
  async numberHeld(tx: Transaction, ackFloor: number): Promise<number> {
    return numberHeld(tx, ackFloor);
  }

  /**
   * Publishes what is due, then removes it, in one transaction: a crash between repeats the put-back, and the broker
   * drops the repetition. Rows that another owner has in hand are passed over. Behind a backlog of endpoints without
   * room, what has been due for some time may be found only by a later call. Throws what `publish` throws, and then
   * nothing is removed.
   */
  async putBack(selection: DueSelection, publish: PublishDue): Promise<PutBackResult> {
    if (!(await isAnyDue(this.pool, selection, indexOnly))) return { taken: 0, published: 0 };
    const work = async (tx: Transaction): Promise<PutBackResult> => {
      const due = await selectDue(tx, selection, this.#paces);
      if (due.length === 0) return { taken: 0, published: 0 };
      const acknowledged = await publish(due);
      const published = due.filter((row) => acknowledged.has(deliveryMessageId(row)));
      await removeTaken(tx, published);
      return { taken: due.length, published: published.length };
    };
    return this.#transaction(work, `${indexOnly}; ${forgettable}`);
  }

  /**
   * Ends rows of an endpoint that is disabled or deleted, due or not, held or not: first `work`, then they are removed.
   * Throws what `work` throws, and then nothing is removed. What is held without a number stays until it has one.
   * @returns how many, at most `limit`; 0 when there are no more that no one else has in hand
   */
  async endEndpoint(endpointId: string, limit: number, work: EndRows): Promise<number> {
    return this.#end((tx) => takeOfEndpoint(tx, endpointId, limit), work);
  }

  /**
   * Ends rows that were accepted, or last reopened, too long ago, oldest first; otherwise as {@link endEndpoint}.
   * @returns how many, at most the limit
   */
  async takeExpired(selection: ExpirySelection, work: EndRows): Promise<number> {
    return this.#end((tx) => takeExpired(tx, selection), work);
  }

  /**
   * The retry policy of an endpoint changed: what waits for a retry is due that long after its attempt, or at once when
   * the policy allows no further one; but not before the receiver asked for it, as far as the policy lets it ask.
   * @returns how many rows are due at another time now
   */
  async reschedule(endpointId: string, to: Reschedule): Promise<number> {
    const partitions = await waitingPartitions(this.#sql);
    return reschedule(this.#sql, partitions, endpointId, to);
  }

  /**
   * Moves rows to the partition that their endpoint has now; before the first put-back of an owner. Cheap when there are
   * none to move.
   * @returns how many it moved
   */
  async repartition(partitions: number): Promise<number> {
    return repartition(this.#sql, partitions);
  }

  /** Of one endpoint, due or not. @returns at most `atMost` */
  async countOfEndpoint(endpointId: string, partition: number, atMost: number): Promise<number> {
    const { rows } = await this.#sql.query<{ count: number }>(
      `SELECT count(*)::int AS count
         FROM (SELECT FROM waiting WHERE partition = $1 AND endpoint_id = $2 LIMIT $3) AS counted`,
      [partition, endpointId, atMost],
    );
    return rows[0]?.count ?? 0;
  }

  /** When these are due that wait for a retry: the log does not tell of a {@link reschedule}. */
  async retriesDueAtMs(deliveryIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.#sql.query<{ id: string; due_at_ms: number }>(
      `SELECT delivery_id AS id, due_at_ms FROM waiting WHERE delivery_id = ANY ($1) AND reason = 'retry'`,
      [deliveryIds],
    );
    return new Map(rows.map(({ id, due_at_ms }) => [id, due_at_ms]));
  }

  /** The endpoints of these partitions for which something waits, due or not. */
  async waitingEndpointIds(partitions: readonly number[]): Promise<readonly string[]> {
    return (await waitingEndpointsOf(this.#sql, partitions)).map(({ id }) => id);
  }

  /**
   * The rows are what the log says by now, or have just been. Told again and again by the projection's writer; a database
   * that was made anew or restored does not say so before it is.
   */
  async tellLevel(tx: Transaction): Promise<void> {
    await tx.query(`UPDATE projection_positions SET level_at = now() WHERE name = 'waiting-room'`);
  }

  /** Whether that was told within this time. */
  async wasLevelWithin(ms: number): Promise<boolean> {
    const { count } = await this.#sql.query(
      `SELECT FROM projection_positions
        WHERE name = 'waiting-room' AND level_at > now() - $1 * interval '1 millisecond'`,
      [ms],
    );
    return count > 0;
  }

  /** The due time of the row that waits longest, whatever its endpoint's state; null when nothing but held rows waits. */
  async oldestDueAtMs(): Promise<number | null> {
    const { rows } = await this.#sql.query<{ value: number | null }>(
      `SELECT min(head.due_at_ms) AS value
         FROM unnest($1::smallint[]) AS part (id), LATERAL (
                SELECT due_at_ms FROM waiting WHERE partition = part.id ORDER BY due_at_ms LIMIT 1
              ) AS head
        WHERE head.due_at_ms < ${heldDueAtMs}`,
      [await waitingPartitions(this.#sql)],
    );
    return rows[0]?.value ?? null;
  }

  /** The same without these endpoints, for which things wait as they should. Probes each that something waits for. */
  async firstDueAtMs(without: readonly string[]): Promise<number | null> {
    return firstDueAtMs(this.#sql, without);
  }

  /** When that which waits longest was accepted, or last reopened; null when nothing waits. */
  async oldestSinceMs(): Promise<number | null> {
    return oldestSinceMs(this.#sql);
  }

  /** By reason, tenant and endpoint; of a large waiting room an estimate. */
  async counts(): Promise<WaitingCounts> {
    return countWaiting(this.#sql);
  }

  /** Of a large waiting room an estimate; reasons for which nothing waits are left out. */
  async countByReason(): Promise<ReadonlyMap<WaitingReason, number>> {
    return countByReason(this.#sql);
  }

  async #end(take: (tx: Transaction) => Promise<readonly WaitingRow[]>, work: EndRows): Promise<number> {
    return this.#transaction(async (tx) => {
      const rows = await take(tx);
      if (rows.length === 0) return 0;
      await work(rows);
      await removeTaken(tx, rows);
      return rows.length;
    });
  }

  #transaction<T>(work: (tx: Transaction) => Promise<T>, settings = indexOnly): Promise<T> {
    return poolTransaction(this.pool, work, settings);
  }
}
