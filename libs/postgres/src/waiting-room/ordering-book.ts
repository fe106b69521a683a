import { storableKey } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import {
  followOrder,
  newOrderingKey,
  storedOrderingKey,
  type Effect,
  type OrderingKey,
  type WaitingFact,
} from './follow-order.js';
import { Reopenings } from './reopenings.js';
import { heldDueAtMs } from './waiting-row.js';

interface Entry {
  readonly endpointId: string;
  readonly orderingKey: string;
  key: OrderingKey;
  isChanged: boolean;
  /** When its released one ended, or the first of it was reopened, so that the next may go. */
  freedAtMs: number | null;
}

const loadSql = `
SELECT k.endpoint_id, k.ordering_key, k.last_sequence, k.last_event_seq, k.released, k.released_hop,
       k.ended_up_to
  FROM unnest($1::text[], $2::text[]) AS batch (endpoint_id, ordering_key)
  JOIN ordering_keys AS k USING (endpoint_id, ordering_key)`;

const saveSql = `
INSERT INTO ordering_keys AS k
       (endpoint_id, ordering_key, last_sequence, last_event_seq, released, released_hop, ended_up_to)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::integer[], $7::bigint[])
    ON CONFLICT (endpoint_id, ordering_key) DO UPDATE
   SET last_sequence = excluded.last_sequence, last_event_seq = excluded.last_event_seq,
       released = excluded.released, released_hop = excluded.released_hop, ended_up_to = excluded.ended_up_to`;

interface KeyRow {
  readonly endpoint_id: string;
  readonly ordering_key: string;
  readonly last_sequence: number;
  readonly last_event_seq: number;
  readonly released: number | null;
  readonly released_hop: number;
  readonly ended_up_to: number | null;
}

/** The ordering keys that a batch of facts speaks of, for the time that it is applied. */
export class OrderingBook {
  readonly #entries = new Map<string, Entry>();

  private constructor(
    private readonly reopenings: Reopenings,
    private readonly nowMs: number,
  ) {}

  /** @param nowMs whose turn has come is due by then, whatever the clock says of who told what was before it */
  static async of(tx: Transaction, facts: readonly PositionedFact[], nowMs: number): Promise<OrderingBook> {
    const book = new OrderingBook(await Reopenings.of(tx, facts), nowMs);
    for (const { fact } of facts) {
      if ('deliveryId' in fact && fact.ordering) book.#entry(fact.endpointId, fact.ordering.key);
    }
    await book.#load(tx);
    return book;
  }

  /** @returns what the fact may do in the waiting room */
  follow(fact: WaitingFact): Effect {
    if (!fact.ordering) return 'goes';
    const entry = this.#entry(fact.endpointId, fact.ordering.key);
    const { key, reopening, effect } = followOrder(entry.key, fact, this.reopenings.get(fact.deliveryId));
    if (reopening) this.reopenings.set(fact, reopening);
    const { released, lastSequence } = entry.key;
    const isFreed = released !== null || key.lastSequence > lastSequence || reopening !== undefined;
    if (key.released !== null) entry.freedAtMs = null;
    else if (isFreed) entry.freedAtMs = Math.min(fact.atMs, this.nowMs);
    entry.isChanged ||= key !== entry.key;
    entry.key = key;
    return effect;
  }

  /** Stores what changed and releases the next of every key whose released one ended; after the rows were written. */
  async store(tx: Transaction): Promise<void> {
    await this.reopenings.store(tx);
    const entries = [...this.#entries.values()];
    const changed = entries.filter(({ isChanged }) => isChanged);
    if (changed.length > 0)
      await tx.query(saveSql, [
        changed.map(({ endpointId }) => endpointId),
        changed.map(({ orderingKey }) => orderingKey),
        changed.map(({ key }) => key.lastSequence),
        changed.map(({ key }) => key.lastEventSeq),
        changed.map(({ key }) => key.released),
        changed.map(({ key }) => key.releasedHop),
        changed.map(({ key }) => key.endedUpTo),
      ]);
    const freed = entries.filter(({ freedAtMs }) => freedAtMs !== null);
    await releaseNext(
      tx,
      freed.map(({ endpointId }) => endpointId),
      freed.map(({ orderingKey }) => orderingKey),
      freed.map(({ freedAtMs }) => freedAtMs ?? 0),
    );
  }

  #entry(endpointId: string, factKey: string): Entry {
    const orderingKey = storableKey(factKey);
    // an endpoint's id has no line feed
    const name = `${endpointId}\n${orderingKey}`;
    const known = this.#entries.get(name);
    if (known) return known;
    const entry = { endpointId, orderingKey, key: newOrderingKey, isChanged: false, freedAtMs: null };
    this.#entries.set(name, entry);
    return entry;
  }

  async #load(tx: Transaction): Promise<void> {
    const entries = [...this.#entries.values()];
    if (entries.length === 0) return;
    const { rows } = await tx.query<KeyRow>(loadSql, [
      entries.map(({ endpointId }) => endpointId),
      entries.map(({ orderingKey }) => orderingKey),
    ]);
    for (const row of rows) {
      this.#entry(row.endpoint_id, row.ordering_key).key = storedOrderingKey({
        lastSequence: row.last_sequence,
        lastEventSeq: row.last_event_seq,
        released: row.released,
        releasedHop: row.released_hop,
        endedUpTo: row.ended_up_to,
      });
    }
  }
}

/**
 * FOR UPDATE below the LIMIT: a row that another ends at this moment (its endpoint is disabled) is waited for, and when
 * it is gone the next one is taken. To pass over it would let a later number go first. What is held
 * that was redriven, or has to wait for a retry, has a time of its own, and is due then.
 */
const releaseSql = `
WITH head AS MATERIALIZED (
  SELECT freed.at_ms, lowest.*
    FROM unnest($1::text[], $2::text[], $3::bigint[]) AS freed (endpoint_id, ordering_key, at_ms), LATERAL (
           SELECT w.delivery_id, w.endpoint_id, w.ordering_key, w.ordering_sequence, w.hop, w.reopened_at_ms
             FROM waiting AS w
            WHERE w.endpoint_id = freed.endpoint_id AND w.ordering_key = freed.ordering_key
              AND w.due_at_ms = ${heldDueAtMs} AND w.ordering_sequence IS NOT NULL
            ORDER BY w.ordering_sequence
            LIMIT 1
              FOR UPDATE
         ) AS lowest
), due AS (
  UPDATE waiting AS w SET due_at_ms = greatest(head.at_ms, w.deferred_at_ms)
    FROM head
   WHERE w.delivery_id = head.delivery_id
)
UPDATE ordering_keys AS k
   SET released = head.ordering_sequence, released_hop = head.hop - 1,
       ended_up_to = CASE WHEN head.reopened_at_ms IS NULL THEN head.ordering_sequence - 1
                          ELSE greatest(k.ended_up_to, head.ordering_sequence) END
  FROM head
 WHERE k.endpoint_id = head.endpoint_id AND k.ordering_key = head.ordering_key`;

/** Of each of these keys, of which nothing is released, the lowest number that is held becomes due. */
export async function releaseNext(
  tx: Transaction,
  endpointIds: readonly string[],
  orderingKeys: readonly string[],
  atMs: readonly number[],
): Promise<void> {
  if (endpointIds.length > 0) await tx.query(releaseSql, [endpointIds, orderingKeys, atMs]);
}
