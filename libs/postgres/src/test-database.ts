import { factPosition, type LogFact } from '@postel/contracts';
import type { TestPostgres } from '@postel/testing';
import type { Transaction } from './connection/transaction.js';
import { openDatabase, type Database } from './database.js';
import { startMs } from './test-facts.js';
import type { PositionedFact } from './delivery-log/fold-deliveries.js';

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
}

/** A database of its own for one test, migrated. */
export async function openTestDatabase(server: TestPostgres): Promise<TestDatabase> {
  const url = await server.createDatabase();
  const db = await openDatabase({ url, poolSize: 4, applicationName: 'test', nowMs: () => startMs });
  await db.migrate();
  return { db, url };
}

/** Facts, each in a message of its own at the positions that follow `after`. */
export function positioned(facts: readonly LogFact[], after = 0): PositionedFact[] {
  return facts.map((fact, index) => ({ seq: factPosition(after + index + 1, 0), fact }));
}

export const testPartitions = 8;

/** As the projection does: as planned, or else fact by fact. @returns whether it could be written as planned */
export async function applyDeliveries(
  db: Database,
  tx: Transaction,
  facts: readonly PositionedFact[],
): Promise<boolean> {
  const planning = db.deliveries.plan();
  for (const fact of facts) planning.read([fact]);
  const plan = planning.end();
  if (plan && (await db.deliveries.applyPlanned(tx, plan))) return true;
  await db.deliveries.apply(tx, facts);
  return false;
}

/** As the projections do: all tables of facts in one transaction. */
export async function applyFacts(db: Database, facts: readonly PositionedFact[]): Promise<void> {
  await db.transaction(async (tx) => {
    await applyDeliveries(db, tx, facts);
    await db.deadLetters.apply(tx, facts, new Map());
    await db.waiting.apply(tx, facts, testPartitions);
  });
}

/** All rows of a table, for comparing. */
export async function rowsOf(db: Database, table: string, order: string): Promise<readonly object[]> {
  return db.transaction(async (tx) => (await tx.query(`SELECT * FROM ${table} ORDER BY ${order}`)).rows);
}
