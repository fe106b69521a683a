import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '../test-database.js';
import { batchOf } from './batch.js';
import { storableText } from './storable.js';
import type { Transaction } from './transaction.js';

let server: TestPostgres;
let test: TestDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
  test = await openTestDatabase(server);
});
afterAll(async () => {
  await test.db.close();
  await server.stop();
  await expectNoLeaks();
});

interface Row {
  readonly n: number;
  readonly text: string | null;
  readonly json: readonly string[];
  readonly document: readonly string[] | null;
  readonly flag: boolean | null;
  readonly at: number;
  readonly bytes: Uint8Array;
}

const batch = batchOf<Row>({
  n: { type: 'bigint', value: ({ n }) => n },
  text: { type: 'text', value: ({ text }) => text },
  json: { type: 'jsonb', value: ({ json }) => JSON.stringify(json) },
  document: { type: 'json', value: ({ document }) => document && JSON.stringify(document) },
  flag: { type: 'boolean', value: ({ flag }) => flag },
  at: { type: 'time', value: ({ at }) => at },
  bytes: { type: 'bytea', value: ({ bytes }) => bytes },
});

const text = fc.string({
  unit: fc.constantFrom('"', '\\', '{', '}', ',', ' ', '\n', "'", 'NULL', 'é', '😀', 'a'),
});
const row: fc.Arbitrary<Row> = fc.record({
  n: fc.maxSafeInteger(),
  text: fc.option(fc.oneof(text, fc.string({ unit: 'binary' }).map(storableText))),
  // an array: V8 of Node 24 mistakes a key that ends in an escape for one that ends in a backslash
  json: fc.array(text),
  document: fc.option(fc.array(text)),
  flag: fc.option(fc.boolean()),
  // every millisecond that a timestamptz and a Date can both be
  at: fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
});

const ways: Readonly<Record<string, (tx: Transaction, rows: readonly Row[]) => Promise<readonly Row[]>>> = {
  'as parameters': async (tx, rows) =>
    (await tx.query<Row>(`SELECT ${batch.names} FROM ${batch.rows}`, batch.parametersOf(rows))).rows,
  'as a copy': async (tx, rows) => {
    await tx.query(
      `CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM ${batch.rows}`,
      batch.parametersOf([]),
    );
    const data = batch.toCopy();
    expect(data.isEmpty).toBe(true);
    for (const row of rows) data.add(row);
    expect(data.isEmpty).toBe(rows.length === 0);
    await tx.copyIn(`COPY copied (${batch.names}) FROM STDIN (FORMAT binary)`, data.end());
    return (await tx.query<Row>('SELECT * FROM copied')).rows;
  },
};

it.each(Object.keys(ways))(
  'gives PostgreSQL every value as it is, %s',
  async (way) => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 5 }), async (rows) => {
        const read = await test.db.transaction(async (tx) => ways[way]?.(tx, rows));
        expect(read).toEqual(rows.map((one) => ({ ...one, at: new Date(one.at) })));
      }),
      { numRuns: 300 },
    );
  },
  60_000,
);
