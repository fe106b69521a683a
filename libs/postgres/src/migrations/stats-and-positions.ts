import type { MigrationInterface, QueryRunner } from 'typeorm';
import { recount } from '../stats/recount.js';

/**
 * Figures by minute and hour, so that nobody reads attempts to tell them; positions by time, so that a list of a time of
 * long ago begins there; and the index that one endpoint's failures are found by.
 */
export class StatsAndPositions1764460000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // what is there already is counted: longer than a statement may take otherwise
    await runner.query('SET LOCAL statement_timeout = 0');
    for (const statement of up) await runner.query(statement);
    await recount({
      query: async <Row extends object>(sql: string) => {
        await runner.query(sql);
        return { rows: [] as Row[], count: 0 };
      },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

/** Updated with every batch: room on the page, and no index on what changes (HOT). */
const storage = `fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0`;

/** `endpoint_id` is empty for the figures of the whole tenant. The key begins with what retention goes by. */
const figuresTable = (name: string) => `
CREATE TABLE ${name} (
  start_at     timestamptz NOT NULL,
  tenant       text        NOT NULL,
  endpoint_id  text        NOT NULL,
  created      bigint      NOT NULL,
  succeeded    bigint      NOT NULL,
  failed       bigint      NOT NULL,
  dead_letters bigint      NOT NULL,
  attempts     bigint      NOT NULL,
  duration_us  bigint      NOT NULL,
  latencies    json        NOT NULL,
  errors       json        NOT NULL,
  PRIMARY KEY (start_at, tenant, endpoint_id)
) WITH (${storage})`;

const up = [
  figuresTable('stats_minutes'),
  figuresTable('stats_hours'),
  `CREATE TABLE time_positions (
     list      text        NOT NULL,
     seconds   integer     NOT NULL,
     start_at  timestamptz NOT NULL,
     first_seq bigint      NOT NULL,
     last_seq  bigint      NOT NULL,
     PRIMARY KEY (list, seconds, start_at)
   ) WITH (${storage})`,
  `CREATE INDEX deliveries_unsucceeded_by_endpoint
       ON deliveries (tenant, endpoint_id, status, created_seq DESC, created_ordinal DESC)
    WHERE status <> 'succeeded'`,
  'CREATE INDEX dead_letters_invalid ON dead_letters (tenant, created_at) WHERE delivery_id IS NULL',
];

const down = [
  'DROP INDEX dead_letters_invalid',
  'DROP INDEX deliveries_unsucceeded_by_endpoint',
  'DROP TABLE time_positions, stats_hours, stats_minutes',
];
