import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables that stay small: what is dead or waits now, and how far each projection has come. */
export class TablesOfNow1763800000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE projection_positions, waiting, dead_letters');
  }
}

const deadLetters = `
CREATE TABLE dead_letters (
  id                     text        PRIMARY KEY,
  tenant                 text        NOT NULL,
  delivery_id            text,
  event_id               text        NOT NULL,
  event_seq              bigint      NOT NULL,
  endpoint_id            text,
  type                   text        NOT NULL,
  accepted_at            timestamptz NOT NULL,
  reason                 text        NOT NULL,
  last_status            integer,
  last_error_code        text,
  last_error_message     text,
  attempts               integer     NOT NULL,
  last_attempt_at        timestamptz,
  created_at             timestamptz NOT NULL,
  log_seq                bigint      NOT NULL,
  hop                    integer     NOT NULL,
  attempts_before_reopen integer     NOT NULL,
  api_version            text,
  path                   text,
  payload                bytea,
  subject                text,
  headers                jsonb
)`;

/** A queue: rows live for seconds to hours, so that vacuum must come by count and not by share, and never pause. */
const waiting = `
CREATE TABLE waiting (
  delivery_id            text    PRIMARY KEY,
  hop                    integer NOT NULL,
  due_at_ms              bigint  NOT NULL,
  endpoint_id            text    NOT NULL,
  tenant                 text    NOT NULL,
  lane                   text    NOT NULL,
  reason                 text    NOT NULL,
  event_seq              bigint  NOT NULL,
  event_id               text    NOT NULL,
  type                   text    NOT NULL,
  accepted_at_ms         bigint  NOT NULL,
  attempts_made          integer NOT NULL,
  attempts_before_reopen integer NOT NULL,
  api_version            text    NOT NULL
) WITH (
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
)`;

const up = [
  deadLetters,
  'CREATE INDEX dead_letters_by_position ON dead_letters (tenant, log_seq DESC)',
  'CREATE INDEX dead_letters_by_endpoint ON dead_letters (tenant, endpoint_id, log_seq DESC)',
  'CREATE INDEX dead_letters_by_reason ON dead_letters (tenant, reason, log_seq DESC)',
  'CREATE INDEX dead_letters_by_event ON dead_letters (tenant, event_id, log_seq DESC)',
  'CREATE INDEX dead_letters_by_delivery ON dead_letters (delivery_id) WHERE delivery_id IS NOT NULL',
  waiting,
  'CREATE INDEX waiting_by_due ON waiting (due_at_ms)',
  'CREATE INDEX waiting_by_endpoint ON waiting (endpoint_id, due_at_ms)',
  `CREATE TABLE projection_positions (
     name text   PRIMARY KEY,
     seq  bigint NOT NULL
   ) WITH (fillfactor = 10)`,
];
