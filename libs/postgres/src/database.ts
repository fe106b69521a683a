import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { AlertStore } from './alerts/alert-store.js';
import { AuditLog } from './audit/audit-log.js';
import { ConservationStore } from './conservation/conservation-store.js';
import { DayPartitions } from './connection/day-partitions.js';
import { SessionsShared } from './connection/errors.js';
import {
  connectionConfig,
  keepsSettingsSql,
  unreachable,
  watch,
  type ConnectionSettings,
} from './connection/settings.js';
import { OpenConnections } from './connection/silence.js';
import { probingPool, takesWrites } from './connection/takes-writes.js';
import { longTransaction, poolTransaction, sqlOf, type Transaction } from './connection/transaction.js';
import { DeadLetterStore } from './dead-letters/dead-letter-store.js';
import { DeliveryLog } from './delivery-log/delivery-log.js';
import { AttemptEntity } from './entities/attempt.entity.js';
import { DeadLetterEntity } from './entities/dead-letter.entity.js';
import { DeliveryEntity } from './entities/delivery.entity.js';
import { EventEntity } from './entities/event.entity.js';
import { TenantRows } from './erase-tenant/tenant-rows.js';
import { ErasedEvents } from './erased-events/erased-events.js';
import { EventArchive } from './event-archive/event-archive.js';
import { FleetFigures } from './fleet/fleet-figures.js';
import { JobStore } from './jobs/job-store.js';
import { migrateUp } from './migrations/migrate.js';
import { readSchemaState, SchemaUnusable, whyUnusable, type SchemaState } from './migrations/schema-state.js';
import { ProjectionStore } from './projection/projection-store.js';
import { writeOrSetAside } from './projection/set-aside.js';
import { PurgeNotes } from './retention/purge-notes.js';
import { Retention } from './retention/retention.js';
import { recount } from './stats/recount.js';
import { WaitingRoom } from './waiting-room/waiting-room.js';

export interface DatabaseOptions extends ConnectionSettings {
  /** Connections of the pool; leases, migrations, new partitions and {@link Database.takesWrites} use a few more beside it. */
  readonly poolSize: number;
  /** A connection broke on its own (the server restarted); it is replaced when it is needed. */
  readonly onError?: ((error: Error) => void) | undefined;
  /** The clock, by which figures are kept by the minute for a while, and what waits is due; `Date.now` when not given. */
  readonly nowMs?: (() => number) | undefined;
}

export interface Database {
  /** Brings the schema up to date and makes the partitions of the next days; any number of processes at once. */
  migrate(): Promise<void>;
  /**
   * Makes the partitions of the next days, and the schema up to date when it may.
   * @returns what is there, which may be ahead of this version
   * @throws SchemaUnusable, SessionsShared
   */
  prepare(options: { readonly migrate: boolean }): Promise<SchemaState>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  /** A replica does not, nor a server that was made read-only. Asked beside the pool; throws as {@link ping}. */
  takesWrites(): Promise<boolean>;
  /**
   * This time, or the server's where that is earlier. What is ended or forgotten for its age goes by it: a clock that is
   * days ahead, of one machine, must not cost what nobody can bring back.
   */
  earlierOf(nowMs: number): Promise<number>;
  /** Before the end of a process, where nobody answers: what is under way fails at once, and so do leases. */
  abandon(): void;
  /** Waits for what is under way; leases are released by their holders, before. */
  close(): Promise<void>;
  /** For writes that belong to no projection. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Figures and positions by time, anew from the other tables, however long it takes. */
  recount(): Promise<void>;
  readonly projections: ProjectionStore;
  readonly events: EventArchive;
  readonly deliveries: DeliveryLog;
  readonly deadLetters: DeadLetterStore;
  readonly alerts: AlertStore;
  readonly waiting: WaitingRoom;
  readonly jobs: JobStore;
  readonly tenantRows: TenantRows;
  readonly retention: Retention;
  readonly erasedEvents: ErasedEvents;
  readonly audit: AuditLog;
  readonly conservation: ConservationStore;
  readonly purgeNotes: PurgeNotes;
  readonly fleet: FleetFigures;
  /** How every projection writes: no content stops it. */
  readonly writeOrSetAside: typeof writeOrSetAside;
}

/**
 * Connects to PostgreSQL. From then on the server may go and come back: what is asked meanwhile fails
 * (`isDatabaseUnavailable`), what is asked later works.
 * @throws DatabaseUnreachable
 */
export async function openDatabase(given: DatabaseOptions): Promise<Database> {
  const connections = new OpenConnections();
  const options = { ...given, connections };
  const onError = options.onError ?? (() => undefined);
  const source = dataSourceOf(options, onError);
  try {
    await source.initialize();
  } catch (error) {
    throw unreachable(options.url, error);
  }
  const pool = poolOf(source);
  const probing = probingPool(options, onError);
  const sql = sqlOf(pool);
  const partitions = new DayPartitions(options, onError);
  const events = new EventArchive(source, pool, partitions);
  const prepare = async ({ migrate }: { migrate: boolean }) => {
    const { rows } = await sql.query<{ keeps: boolean }>(`SELECT ${keepsSettingsSql} AS keeps`);
    if (!rows[0]?.keeps) throw new SessionsShared();
    let state = await readSchemaState(sql);
    if (migrate && state.pending.length > 0) {
      await migrateUp(options);
      state = await readSchemaState(sql);
    }
    const why = whyUnusable(state);
    if (why !== null) throw new SchemaUnusable(why);
    await partitions.ensure([]);
    return state;
  };
  const projections = new ProjectionStore(options, onError, sql);
  return {
    migrate: async () => void (await prepare({ migrate: true })),
    prepare,
    ping: async () => {
      await sql.query('SELECT 1');
    },
    takesWrites: () => takesWrites(probing),
    earlierOf: async (nowMs) => {
      const { rows } = await sql.query<{ ms: number }>(
        'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms',
      );
      return Math.min(nowMs, ...rows.map(({ ms }) => ms));
    },
    abandon: () => connections.abandon(),
    close: async () => {
      await projections.close();
      await Promise.all([probing.end(), source.destroy()]);
    },
    transaction: (work) => poolTransaction(pool, work),
    recount: () => longTransaction(pool, recount),
    projections,
    events,
    deliveries: new DeliveryLog(source, pool, partitions, options.nowMs ?? Date.now),
    deadLetters: new DeadLetterStore(source, pool),
    alerts: new AlertStore(),
    waiting: new WaitingRoom(pool, options.nowMs),
    jobs: new JobStore(sql),
    tenantRows: new TenantRows(pool),
    retention: new Retention(sql, partitions),
    erasedEvents: new ErasedEvents(sql, events),
    audit: new AuditLog(sql),
    conservation: new ConservationStore(sql),
    purgeNotes: new PurgeNotes(sql),
    fleet: new FleetFigures(pool),
    writeOrSetAside,
  };
}

export function dataSourceOf(options: DatabaseOptions, onError: (error: Error) => void): DataSource {
  return new DataSource({
    type: 'postgres',
    driver: pg,
    url: options.url,
    poolSize: options.poolSize,
    poolErrorHandler: onError,
    extra: {
      ...connectionConfig(options),
      onConnect: (client: pg.ClientBase) => watch(client, options),
    },
    entities: [EventEntity, DeliveryEntity, AttemptEntity, DeadLetterEntity],
    installExtensions: false,
    logging: false,
  });
}

/** TypeORM's own pool, for hand-written SQL: one pool a process. */
function poolOf(source: DataSource): pg.Pool {
  const pool: unknown = (source.driver as PostgresDriver).master;
  if (!(pool instanceof pg.Pool)) throw new Error('TypeORM has no pool of pg');
  return pool;
}
