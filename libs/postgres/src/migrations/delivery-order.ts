import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The number of an ordered delivery, so that a retry or redrive by hand sends it again with it. */
export class DeliveryOrder1763800000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) {
      await runner.query(`ALTER TABLE ${table} ADD ordering_key text, ADD ordering_sequence bigint`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) {
      await runner.query(`ALTER TABLE ${table} DROP ordering_key, DROP ordering_sequence`);
    }
  }
}

const tables = ['deliveries', 'dead_letters'];
