import { partitionOf } from '@postel/contracts';
import pg from 'pg';
import { benchEvent, numberDigits, numberMark, uncountedFrom } from '../bench-event.js';
import { insertSql } from './insert-sql.js';
import { deliveriesColumns, eventsColumns, waitingColumns } from './known-columns.js';
import { columnsOf } from './table-columns.js';

export interface Seed {
  /** Stands in the ids: those of several seeds differ. */
  readonly name: string;
  readonly rows: number;
  /** They take the rows in turn. */
  readonly endpointIds: readonly string[];
  /** Row n is due so many times `spacingMs` after this. */
  readonly firstDueMs: number;
  readonly spacingMs: number;
  /** Positions that the stream of events does not reach; those of several seeds differ. */
  readonly firstEventSeq: number;
  readonly deliveriesPerEvent: number;
  /** As the receiver expects them from; `null` for what is not to become due while anybody looks. */
  readonly firstNumber: number | null;
}

const type = 'order.waiting';
const tables = ['events', 'deliveries', 'waiting'] as const;
const knownColumns = { events: eventsColumns, deliveries: deliveriesColumns, waiting: waitingColumns };

/** POSTEL_PARTITIONS, which the benchmark leaves at its default. */
const partitions = 8;

/**
 * Deliveries that wait after a first attempt, with their events in the archive, as if they had come in a while ago:
 * all become visible at once, when this resolves.
 */
export async function seedWaiting(databaseUrl: string, seed: Seed): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const parameters = parametersOf(seed);
    await client.query('BEGIN');
    for (const table of tables) {
      // a million rows in the delivery log take minutes, and only outcomes look for them
      if (table === 'deliveries' && seed.firstNumber === null) continue;
      const present = await columnsOf(client, table);
      const known = knownColumns[table];
      const rows = table === 'events' ? `${from} AND n % run.deliveries_per_event = 0` : from;
      await client.query(insertSql({ table, present, known, from: rows }), parameters);
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** Nothing waits any more, as if it never had. */
export async function emptyWaitingRoom(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('TRUNCATE waiting');
  } finally {
    await client.end();
  }
}

/** What a database that has had the rows for a while has done long ago. */
export async function settleDatabase(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const table of tables) await client.query(`VACUUM (ANALYZE) ${table}`);
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

const from = `
FROM (SELECT $1::text AS name, $2::text AS type, $3::bigint AS now_ms, $4::float8 AS first_due_ms,
             $5::float8 AS spacing_ms, $6::bigint AS first_event_seq, $7::integer AS deliveries_per_event,
             $8::text AS before_number, $9::integer AS number_digits, $10::text AS after_number,
             $11::integer AS first_number) AS run,
     generate_series(0, $12::integer - 1) AS n,
     unnest($13::text[], $14::smallint[]) WITH ORDINALITY AS endpoint (id, partition, position)
WHERE endpoint.position = n % $15::integer + 1`;

function parametersOf(seed: Seed): unknown[] {
  const { name, rows, endpointIds, firstDueMs, spacingMs, firstEventSeq, deliveriesPerEvent, firstNumber } =
    seed;
  const template = benchEvent(type, 0);
  const numberAt = template.indexOf(numberMark) + numberMark.length;
  return [
    name,
    type,
    Date.now(),
    firstDueMs,
    spacingMs,
    firstEventSeq,
    deliveriesPerEvent,
    template.slice(0, numberAt),
    numberDigits,
    template.slice(numberAt + numberDigits),
    firstNumber ?? uncountedFrom,
    rows,
    endpointIds,
    endpointIds.map((id) => partitionOf(id, partitions)),
    endpointIds.length,
  ];
}
