import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a delivery that waits stands in its trace; nothing where it is in none. */
export class WaitingTrace1764480000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waiting ADD traceparent text, ADD former_attempt text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waiting DROP traceparent, DROP former_attempt');
  }
}
