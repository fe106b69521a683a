import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Nobody searches in what an attempt sent and got: it is written once per attempt and read rarely, and as json it costs
 * a third less to write than as jsonb.
 */
export class AttemptsAsJson1763800000005 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return changeTo('json', runner);
  }

  down(runner: QueryRunner): Promise<void> {
    return changeTo('jsonb', runner);
  }
}

const columns = ['timing', 'request_headers', 'response_headers'];

async function changeTo(type: 'json' | 'jsonb', runner: QueryRunner): Promise<void> {
  // every attempt is written anew: longer than a statement may take otherwise
  await runner.query('SET LOCAL statement_timeout = 0');
  const changes = columns.map((column) => `ALTER ${column} TYPE ${type} USING ${column}::${type}`);
  await runner.query(`ALTER TABLE attempts ${changes.join(', ')}`);
}
