import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a receiver asked for with `Retry-After`, of a delivery that waits for its next attempt; nothing: it did not. */
export class WaitingAsked1764500000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waiting ADD asked_wait_ms bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waiting DROP asked_wait_ms');
  }
}
