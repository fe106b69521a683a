import { DeliveryFigures } from '@postel/domain';
import { batchOf } from '../connection/batch.js';
import { chunksOf } from '../connection/chunks.js';
import { storableJson, storableTime } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { Counted, StatsDeltas } from './stats-deltas.js';
import {
  addRow,
  figuresColumns,
  statsHours,
  statsMinutes,
  type FiguresRow,
  type StatsTable,
} from './stats-tables.js';

const keys = batchOf<Counted & { readonly ordinal: number }>({
  ordinal: { type: 'integer', value: ({ ordinal }) => ordinal },
  start_at: { type: 'time', value: ({ startMs }) => storableTime(startMs) },
  tenant: { type: 'text', value: ({ tenant }) => tenant },
  endpoint_id: { type: 'text', value: ({ endpointId }) => endpointId },
});

const rows = batchOf<Counted>({
  start_at: { type: 'time', value: ({ startMs }) => storableTime(startMs) },
  tenant: { type: 'text', value: ({ tenant }) => tenant },
  endpoint_id: { type: 'text', value: ({ endpointId }) => endpointId },
  created: { type: 'bigint', value: ({ figures }) => figures.created },
  succeeded: { type: 'bigint', value: ({ figures }) => figures.succeeded },
  failed: { type: 'bigint', value: ({ figures }) => figures.failed },
  dead_letters: { type: 'bigint', value: ({ figures }) => figures.deadLetters },
  attempts: { type: 'bigint', value: ({ figures }) => figures.attempts },
  duration_us: { type: 'bigint', value: ({ figures }) => figures.durationUs },
  latencies: { type: 'json', value: ({ figures }) => JSON.stringify(figures.latencies.pairs()) },
  errors: { type: 'json', value: ({ figures }) => storableJson(Object.fromEntries(figures.errors)) },
});

/** One probe each, whatever the planner expects of so many keys. */
const readSql = ({ name }: StatsTable) => `
SELECT batch.ordinal, known.*
  FROM ${keys.rows}, LATERAL (
         SELECT ${figuresColumns} FROM ${name}
          WHERE start_at = batch.start_at AND tenant = batch.tenant AND endpoint_id = batch.endpoint_id
          LIMIT 1
       ) AS known`;

const writeSql = ({ name }: StatsTable) => `
INSERT INTO ${name} (${rows.names}) SELECT ${rows.names} FROM ${rows.rows}
    ON CONFLICT (start_at, tenant, endpoint_id) DO UPDATE
   SET (${figuresColumns}) = ROW (${figuresColumns
     .split(', ')
     .map((column) => `excluded.${column}`)
     .join(', ')})`;

const statements = new Map(
  [statsMinutes, statsHours].map((table: StatsTable) => [
    table,
    { read: readSql(table), write: writeSql(table) },
  ]),
);

/** In the transaction of the one writer of the delivery log: what is read is still so when it is written. */
export async function writeStats(tx: Transaction, deltas: StatsDeltas, nowMs: number): Promise<void> {
  if (deltas.isEmpty) return;
  for (const [table, { read, write }] of statements) {
    const sinceMs = table.keptMs === null ? -Infinity : nowMs - table.keptMs;
    for (const part of chunksOf(deltas.by(table.spanMs, sinceMs), () => 0)) {
      const sums = await sumsOf(tx, read, part);
      await tx.query(write, rows.parametersOf(sums));
    }
  }
}

async function sumsOf(tx: Transaction, readKnown: string, part: readonly Counted[]): Promise<Counted[]> {
  const numbered = part.map((counted, ordinal) => ({ ...counted, ordinal }));
  const known = await tx.query<FiguresRow & { ordinal: number }>(readKnown, keys.parametersOf(numbered));
  const figures = part.map(() => new DeliveryFigures());
  for (const row of known.rows) addRow(figures[row.ordinal] as DeliveryFigures, row);
  return part.map((counted, ordinal) => {
    const sum = figures[ordinal] as DeliveryFigures;
    sum.addBounded(counted.figures);
    return { ...counted, figures: sum };
  });
}
