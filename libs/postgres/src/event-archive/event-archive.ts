import type { DataSource, Repository } from 'typeorm';
import { batchOf, type BatchColumn } from '../connection/batch.js';
import type { DayPartitions } from '../connection/day-partitions.js';
import { cursorOf, keyOfCursor, pageOf, type Page, type PageRequest } from '../connection/page.js';
import { storeNew } from '../connection/store-new.js';
import { storableJson, storableKey, storableTime } from '../connection/storable.js';
import type { Sql, Transaction } from '../connection/transaction.js';
import { EventEntity } from '../entities/event.entity.js';

/** An event as EVENTS holds it. */
export interface ArchivedEvent {
  /** When the broker stored it. */
  readonly acceptedAtMs: number;
  /** Position in EVENTS. */
  readonly seq: number;
  readonly tenant: string;
  readonly id: string;
  readonly type: string;
  /** The producer's `created`; outside of the years 1 to 9999 it is stored as the nearest within. */
  readonly createdAtMs: number;
  readonly door: 'http' | 'nats';
  readonly channels: readonly string[];
  /** The message's payload, byte for byte; null: past its retention, and its headers with it. */
  readonly payload: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  /** `false`: it could not be understood and is a dead letter. */
  readonly valid: boolean;
}

export interface EventFilter extends PageRequest {
  readonly type?: string | undefined;
  /** Accepted at or after. */
  readonly sinceMs?: number | undefined;
  /** Accepted before. */
  readonly untilMs?: number | undefined;
}

export interface EventRef {
  readonly acceptedAtMs: number;
  readonly seq: number;
}

export type StoredPayload = Pick<ArchivedEvent, 'headers' | 'type'> & { readonly payload: Uint8Array };

const columns: Readonly<Record<string, BatchColumn<ArchivedEvent>>> = {
  accepted_at: { type: 'time', value: (event) => storableTime(event.acceptedAtMs) },
  seq: { type: 'bigint', value: (event) => event.seq },
  tenant: { type: 'text', value: (event) => storableKey(event.tenant) },
  id: { type: 'text', value: (event) => storableKey(event.id) },
  type: { type: 'text', value: (event) => storableKey(event.type) },
  created_at: { type: 'time', value: (event) => storableTime(event.createdAtMs) },
  door: { type: 'text', value: (event) => event.door },
  channels: { type: 'jsonb', value: (event) => storableJson(event.channels) },
  payload: {
    type: 'bytea',
    value: ({ payload }) => payload && Buffer.from(payload.buffer, payload.byteOffset, payload.length),
  },
  headers: { type: 'jsonb', value: (event) => storableJson(event.headers) },
  valid: { type: 'boolean', value: (event) => event.valid },
};

const rows = batchOf(columns, ({ payload }) => payload?.length ?? 0);

const storeSql = `INSERT INTO events (${rows.names}) SELECT ${rows.names} FROM ${rows.rows} ON CONFLICT DO NOTHING`;

const refs = batchOf<EventRef>({
  accepted_at: { type: 'time', value: ({ acceptedAtMs }) => storableTime(acceptedAtMs) },
  seq: { type: 'bigint', value: ({ seq }) => seq },
});

/**
 * One probe each, whatever the planner expects: all that was accepted in between, read and sorted for a thousand events
 * of it, took 300 ms. The bounds are all that it needs to leave out the other days.
 */
const payloadsSql = `
SELECT batch.seq, e.payload, e.headers, e.type
  FROM ${refs.rows}, LATERAL (
         SELECT payload, headers, type FROM events
          WHERE accepted_at = batch.accepted_at AND seq = batch.seq AND accepted_at BETWEEN $3 AND $4
            AND payload IS NOT NULL
          LIMIT 1
       ) AS e`;

/** Every event that EVENTS ever held, as long as retention keeps it. */
export class EventArchive {
  readonly #events: Repository<EventEntity>;

  constructor(
    source: DataSource,
    private readonly sql: Sql,
    private readonly partitions: DayPartitions,
  ) {
    this.#events = source.getRepository(EventEntity);
  }

  /** Events that are there already stay as they are. */
  async store(tx: Transaction, events: readonly ArchivedEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.partitions.ensure(events.map(({ acceptedAtMs }) => acceptedAtMs));
    await this.partitions.guard(() =>
      storeNew(tx, { table: 'events', batch: rows, insertSql: storeSql }, events),
    );
  }

  /** The newest with this id: after the duplicate window a producer may have used it again. */
  async find(tenant: string, id: string): Promise<ArchivedEvent | null> {
    const row = await this.#events.findOne({ where: { tenant, id }, order: { seq: 'DESC' } });
    return row && eventOf(row);
  }

  /**
   * Newest first, in the order of EVENTS.
   * @throws InvalidCursor
   */
  async list(tenant: string, filter: EventFilter): Promise<Page<ArchivedEvent>> {
    const { limit, cursor, type, sinceMs, untilMs } = filter;
    const query = this.#events
      .createQueryBuilder('e')
      .where('e.tenant = :tenant', { tenant })
      .orderBy('e.seq', 'DESC')
      .limit(limit + 1);
    if (type !== undefined) query.andWhere('e.type = :type', { type });
    if (sinceMs !== undefined) query.andWhere('e.acceptedAt >= :since', { since: new Date(sinceMs) });
    if (untilMs !== undefined) query.andWhere('e.acceptedAt < :until', { until: new Date(untilMs) });
    if (cursor !== undefined) query.andWhere('e.seq < :seq', { seq: keyOfCursor('e', 1, cursor)[0] });
    return pageOf(await query.getMany(), limit, eventOf, (row) => cursorOf('e', [row.seq]));
  }

  /** By position in EVENTS; what the archive does not have (yet, or any more) is missing in the answer. */
  async payloads(wanted: readonly EventRef[]): Promise<ReadonlyMap<number, StoredPayload>> {
    if (wanted.length === 0) return new Map();
    const times = wanted.map(({ acceptedAtMs }) => storableTime(acceptedAtMs));
    const { rows: found } = await this.sql.query<StoredPayload & { seq: number }>(payloadsSql, [
      ...refs.parametersOf(wanted),
      new Date(Math.min(...times)),
      new Date(Math.max(...times)),
    ]);
    return new Map(found.map(({ seq, payload, headers, type }) => [seq, { payload, headers, type }]));
  }
}

function eventOf(row: EventEntity): ArchivedEvent {
  const { acceptedAt, createdAt, seq, tenant, id, type, door, channels, payload, headers, valid } = row;
  return {
    acceptedAtMs: acceptedAt.getTime(),
    seq,
    tenant,
    id,
    type,
    createdAtMs: createdAt.getTime(),
    door,
    channels,
    payload,
    headers,
    valid,
  };
}
