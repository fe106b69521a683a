import type pg from 'pg';
import type { DataSource, Repository } from 'typeorm';
import { batchOf, type BatchColumn } from '../connection/batch.js';
import type { DayPartitions } from '../connection/day-partitions.js';
import { keyOfCursor, type Page, type PageRequest } from '../connection/page.js';
import { compared, scanList } from '../connection/scan-list.js';
import { refusalOf } from '../connection/refusal.js';
import { nullableTime, storableJson, storableKey, storableTime } from '../connection/storable.js';
import { sqlOf, type Transaction } from '../connection/transaction.js';
import { notePositions, TimedPositions, type TimedPosition } from '../positions/time-positions.js';
import { within } from '../positions/time-range.js';
import { EventEntity } from '../entities/event.entity.js';
import { countEvents, pageOfHeads, type EventHead, type EventRange } from './page-of-heads.js';

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
  /** Its payload is gone on request, and its headers and channels too; null: it is there. */
  readonly erasedAtMs: number | null;
}

export interface EventFilter extends PageRequest {
  readonly type?: string | undefined;
  /** Accepted at or after. */
  readonly sinceMs?: number | undefined;
  /** Accepted before. */
  readonly untilMs?: number | undefined;
}

/** What is left of an event that was erased. */
export type ErasedEvent = Omit<ArchivedEvent, 'payload' | 'headers' | 'channels' | 'erasedAtMs'> & {
  readonly erasedAtMs: number;
};

export interface EventRef {
  readonly acceptedAtMs: number;
  readonly seq: number;
}

export type NewArchivedEvent = Omit<ArchivedEvent, 'erasedAtMs'>;

/** What events come to, if none of them is there yet. */
export interface PlannedEvents {
  /** What COPY is to read; null: there are none. */
  readonly rows: Uint8Array | null;
  readonly acceptedAt: readonly TimedPosition[];
}

export type StoredPayload = Pick<ArchivedEvent, 'headers' | 'type'> & {
  readonly payload: Uint8Array;
  readonly isErased: boolean;
};

type ArchiveRow = NewArchivedEvent & { readonly erasedAtMs?: number };

const columns: Readonly<Record<string, BatchColumn<ArchiveRow>>> = {
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
  erased_at: { type: 'time', value: (event) => nullableTime(event.erasedAtMs) },
};

const rows = batchOf(columns, ({ payload }) => payload?.length ?? 0);

const storeSql = `INSERT INTO events (${rows.names}) SELECT ${rows.names} FROM ${rows.rows} ON CONFLICT DO NOTHING`;

const eraseSql = `
INSERT INTO events AS row (${rows.names}) SELECT ${rows.names} FROM ${rows.rows}
    ON CONFLICT (accepted_at, seq) DO UPDATE
   SET payload = excluded.payload, headers = excluded.headers, channels = excluded.channels,
       erased_at = excluded.erased_at`;

const refs = batchOf<EventRef>({
  accepted_at: { type: 'time', value: ({ acceptedAtMs }) => storableTime(acceptedAtMs) },
  seq: { type: 'bigint', value: ({ seq }) => seq },
});

/**
 * One probe each, whatever the planner expects: all that was accepted in between, read and sorted for a thousand events
 * of it, took 300 ms. The bounds are all that it needs to leave out the other days.
 */
const payloadsSql = `
SELECT batch.seq, e.payload, e.headers, e.type, e.erased_at IS NOT NULL AS "isErased"
  FROM ${refs.rows}, LATERAL (
         SELECT payload, headers, type, erased_at FROM events
          WHERE accepted_at = batch.accepted_at AND seq = batch.seq AND accepted_at BETWEEN $3 AND $4
            AND payload IS NOT NULL
          LIMIT 1
       ) AS e`;

/** Makes rows of events as they are read, for the same reason as of facts. */
export class EventsPlan {
  readonly #rows = rows.toCopy();
  readonly #acceptedAt = new TimedPositions();
  #failed = false;

  add(event: NewArchivedEvent): void {
    if (this.#failed) return;
    try {
      this.#rows.add(event);
      this.#acceptedAt.add(event.acceptedAtMs, event.seq);
    } catch {
      this.#failed = true; // the writing finds out what cannot be written
    }
  }

  /** @returns null: something cannot be written */
  end(): PlannedEvents | null {
    if (this.#failed) return null;
    return { rows: this.#rows.isEmpty ? null : this.#rows.end(), acceptedAt: this.#acceptedAt.all() };
  }
}

/** Every event that EVENTS ever held, as long as retention keeps it. */
export class EventArchive {
  readonly #events: Repository<EventEntity>;

  constructor(
    source: DataSource,
    private readonly pool: pg.Pool,
    private readonly partitions: DayPartitions,
  ) {
    this.#events = source.getRepository(EventEntity);
  }

  /** Of events that are to be written, {@link storePlanned}, while nothing waits for it. */
  plan(): EventsPlan {
    return new EventsPlan();
  }

  /** @returns false: nothing was written, since something is there already or cannot be: {@link store} sees to that */
  async storePlanned(tx: Transaction, plan: PlannedEvents): Promise<boolean> {
    const { acceptedAt, rows: data } = plan;
    if (data === null) return true;
    const write = async () => {
      await this.partitions.ensure(acceptedAt.map(({ atMs }) => atMs));
      const copySql = `COPY events (${rows.names}) FROM STDIN (FORMAT binary)`;
      await this.partitions.guard(() => tx.copyIn(copySql, data));
      await notePositions(tx, 'events', acceptedAt);
    };
    return (await refusalOf(tx, write, tx.savepoint)) === null;
  }

  /** Events that are there already stay as they are, and so do those that were erased before they came here. */
  async store(tx: Transaction, events: readonly NewArchivedEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.partitions.ensure(events.map(({ acceptedAtMs }) => acceptedAtMs));
    await this.partitions.guard(async () => {
      for (const parameters of rows.chunks(events)) await tx.query(storeSql, parameters);
    });
    await notePositions(
      tx,
      'events',
      events.map(({ acceptedAtMs, seq }) => ({ atMs: acceptedAtMs, seq })),
    );
  }

  /**
   * The newest with this id: after the duplicate window a producer may have used it again. What was not understood comes
   * behind what was, as when a fault was mended and the event published again.
   */
  async find(tenant: string, id: string): Promise<ArchivedEvent | null> {
    const row = await this.#events.findOne({ where: { tenant, id }, order: { valid: 'DESC', seq: 'DESC' } });
    return row && eventOf(row);
  }

  /** All with this id, newest first. */
  async findAll(tenant: string, id: string, limit: number): Promise<readonly ArchivedEvent[]> {
    const found = await this.#events.find({ where: { tenant, id }, order: { seq: 'DESC' }, take: limit });
    return found.map(eventOf);
  }

  /**
   * Leaves of an event that it was there. One that the archive does not have, because it is made anew and EVENTS has it
   * no more, is there again, so that figures add up.
   */
  async erase(tx: Transaction, event: ErasedEvent): Promise<void> {
    await this.partitions.ensure([event.acceptedAtMs]);
    await this.partitions.guard(() => tx.query(eraseSql, rows.parametersOf([bareEvent(event)])));
  }

  /**
   * Newest first, in the order of EVENTS.
   * @throws InvalidCursor
   */
  async list(tenant: string, filter: EventFilter): Promise<Page<ArchivedEvent>> {
    const { cursor, limit, type } = filter;
    const times = await within(sqlOf(this.pool), 'events', { seq: 'seq', time: 'accepted_at' }, filter);
    const found = [compared('tenant', '=', tenant), ...times.found];
    if (type !== undefined) found.push(compared('type', '=', type));
    if (cursor !== undefined) found.push(compared('seq', '<', keyOfCursor('e', 1, cursor)[0]));
    const { items, nextCursor } = await scanList(this.pool, {
      repository: this.#events,
      kind: 'e',
      order: ['seq'],
      found,
      filtered: times.filtered,
      keyOf: ({ seq }) => [seq],
      limit,
      size: 'coalesce(octet_length(payload), 0)',
    });
    return { items: items.map(eventOf), nextCursor };
  }

  /** In the order of EVENTS, without their payloads. */
  async heads(range: EventRange, limit: number): Promise<readonly EventHead[]> {
    return pageOfHeads(sqlOf(this.pool), range, limit);
  }

  /** @returns `null`: more than `atMost` */
  async count(range: EventRange, atMost: number): Promise<number | null> {
    return countEvents(sqlOf(this.pool), range, atMost);
  }

  /** By position in EVENTS; what the archive does not have (yet, or any more) is missing in the answer. */
  async payloads(wanted: readonly EventRef[]): Promise<ReadonlyMap<number, StoredPayload>> {
    if (wanted.length === 0) return new Map();
    const times = wanted.map(({ acceptedAtMs }) => storableTime(acceptedAtMs));
    const { rows: found } = await sqlOf(this.pool).query<StoredPayload & { seq: number }>(payloadsSql, [
      ...refs.parametersOf(wanted),
      new Date(Math.min(...times)),
      new Date(Math.max(...times)),
    ]);
    return new Map(found.map(({ seq, ...stored }) => [seq, stored]));
  }
}

function bareEvent(event: ErasedEvent): ArchiveRow {
  return { ...event, payload: new Uint8Array(), headers: {}, channels: [] };
}

function eventOf(row: EventEntity): ArchivedEvent {
  const { acceptedAt, createdAt, erasedAt, seq, tenant, id, type, door, channels, payload, headers, valid } =
    row;
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
    erasedAtMs: erasedAt?.getTime() ?? null,
  };
}
