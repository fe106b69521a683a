import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known of endpoints that have dead letters, and what is still to be done about them. */
export class Alerts1764430000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE alert_effects, endpoint_alerts');
  }
}

const up = [
  `CREATE TABLE endpoint_alerts (
     endpoint_id text        PRIMARY KEY,
     tenant      text        NOT NULL,
     state       jsonb       NOT NULL,
     failing     boolean     NOT NULL,
     last_at     timestamptz NOT NULL
   )`,
  'CREATE INDEX endpoint_alerts_by_tenant ON endpoint_alerts (tenant)',
  'CREATE INDEX endpoint_alerts_failing ON endpoint_alerts (endpoint_id) WHERE failing',
  'CREATE INDEX endpoint_alerts_by_age ON endpoint_alerts (last_at) WHERE NOT failing',
  `CREATE TABLE alert_effects (
     id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     tenant      text        NOT NULL,
     endpoint_id text        NOT NULL,
     effect      jsonb       NOT NULL,
     decided_at  timestamptz NOT NULL DEFAULT clock_timestamp()
   )`,
];
