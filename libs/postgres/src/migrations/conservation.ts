import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The count of events and deliveries by the log alone, beside the tables that people look at (ADR 25). */
export class Conservation1764450000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE conservation_lost_events, conservation_deliveries, conservation_tenants, conservation_state',
    );
    await runner.query(
      `DELETE FROM projection_positions WHERE name IN ('conservation', 'conservation-events')`,
    );
  }
}

const up = [
  // one row
  `CREATE TABLE conservation_state (
     one         boolean     PRIMARY KEY DEFAULT true CHECK (one),
     since_ms    bigint      NOT NULL,
     events_base bigint      NOT NULL,
     events_read bigint      NOT NULL,
     told_bits   bytea       NOT NULL,
     log_read    bigint      NOT NULL,
     checked_at  timestamptz NOT NULL
   )`,
  `CREATE TABLE conservation_tenants (
     tenant      text   PRIMARY KEY,
     fanned_out  bigint NOT NULL DEFAULT 0,
     unmatched   bigint NOT NULL DEFAULT 0,
     invalid     bigint NOT NULL DEFAULT 0,
     awaiting    bigint NOT NULL DEFAULT 0,
     lost_events bigint NOT NULL DEFAULT 0,
     created     bigint NOT NULL DEFAULT 0,
     succeeded   bigint NOT NULL DEFAULT 0,
     pending     bigint NOT NULL DEFAULT 0,
     retrying    bigint NOT NULL DEFAULT 0,
     dead        bigint NOT NULL DEFAULT 0,
     discarded   bigint NOT NULL DEFAULT 0,
     unexpected  bigint NOT NULL DEFAULT 0
   ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)`,
  // all that have not succeeded; they come and go
  `CREATE TABLE conservation_deliveries (
     delivery_id            text     PRIMARY KEY,
     tenant                 text     NOT NULL,
     event_seq              bigint   NOT NULL,
     hop                    integer  NOT NULL,
     attempts               integer  NOT NULL,
     attempts_before_reopen integer  NOT NULL,
     status                 text     NOT NULL CHECK (status IN ('pending', 'retrying', 'dead', 'discarded')),
     log_seq                bigint   NOT NULL,
     ended_at_ms            bigint,
     missing                boolean  NOT NULL DEFAULT false
   ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
  'CREATE INDEX conservation_deliveries_open ON conservation_deliveries (delivery_id) WHERE ended_at_ms IS NULL',
  'CREATE INDEX conservation_deliveries_ended ON conservation_deliveries (ended_at_ms) WHERE ended_at_ms IS NOT NULL',
  'CREATE INDEX conservation_deliveries_missing ON conservation_deliveries (tenant, delivery_id) WHERE missing',
  'CREATE INDEX conservation_deliveries_by_tenant ON conservation_deliveries (tenant)',
  `CREATE TABLE conservation_lost_events (
     seq      bigint PRIMARY KEY,
     tenant   text   NOT NULL,
     event_id text,
     type     text   NOT NULL
   )`,
  'CREATE INDEX conservation_lost_events_by_tenant ON conservation_lost_events (tenant)',
];
