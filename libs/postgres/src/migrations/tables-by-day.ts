import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables that grow: partitioned by the UTC day of the event's accept time, so that retention drops tables and never
 * deletes rows. Primary keys begin with the id, so that they serve a look-up by id alone too.
 */
export class TablesByDay1763800000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE attempts, deliveries, events');
  }
}

const events = `
CREATE TABLE events (
  accepted_at timestamptz NOT NULL,
  seq         bigint      NOT NULL,
  tenant      text        NOT NULL,
  id          text        NOT NULL,
  type        text        NOT NULL,
  created_at  timestamptz NOT NULL,
  door        text        NOT NULL CHECK (door IN ('http', 'nats')),
  channels    jsonb       NOT NULL,
  payload     bytea       NOT NULL,
  headers     jsonb       NOT NULL,
  valid       boolean     NOT NULL,
  PRIMARY KEY (accepted_at, seq)
) PARTITION BY RANGE (accepted_at)`;

const deliveries = `
CREATE TABLE deliveries (
  accepted_at            timestamptz NOT NULL,
  id                     text        NOT NULL,
  tenant                 text        NOT NULL,
  event_id               text        NOT NULL,
  event_seq              bigint      NOT NULL,
  type                   text        NOT NULL,
  endpoint_id            text        NOT NULL,
  url                    text        NOT NULL,
  api_version            text        NOT NULL,
  status                 text        NOT NULL
    CHECK (status IN ('pending', 'retrying', 'succeeded', 'dead', 'discarded')),
  attempts               integer     NOT NULL,
  last_status            integer,
  last_error_code        text,
  last_error_message     text,
  next_attempt_at        timestamptz,
  created_at             timestamptz NOT NULL,
  completed_at           timestamptz,
  hop                    integer     NOT NULL,
  attempts_before_reopen integer     NOT NULL,
  created_seq            bigint      NOT NULL,
  created_ordinal        integer     NOT NULL,
  log_seq                bigint      NOT NULL,
  PRIMARY KEY (id, accepted_at)
) PARTITION BY RANGE (accepted_at)`;

const attempts = `
CREATE TABLE attempts (
  accepted_at        timestamptz      NOT NULL,
  delivery_id        text             NOT NULL,
  number             integer          NOT NULL,
  id                 text             NOT NULL,
  tenant             text             NOT NULL,
  endpoint_id        text             NOT NULL,
  started_at         timestamptz      NOT NULL,
  duration_ms        double precision NOT NULL,
  timing             jsonb            NOT NULL,
  request_url        text             NOT NULL,
  request_headers    jsonb            NOT NULL,
  response_status    integer,
  response_headers   jsonb,
  response_body      text,
  response_truncated boolean,
  error_code         text,
  error_message      text,
  outcome            text             NOT NULL CHECK (outcome IN ('succeeded', 'retry', 'dead')),
  log_seq            bigint           NOT NULL,
  PRIMARY KEY (delivery_id, number, accepted_at)
) PARTITION BY RANGE (accepted_at)`;

/**
 * Each list has an index that gives it its order, so that not even without statistics (a new day) a plan goes wrong;
 * BRIN serves windows of time and costs writes next to nothing.
 */
const up = [
  events,
  'CREATE INDEX events_by_id ON events (tenant, id, seq DESC)',
  'CREATE INDEX events_by_position ON events (tenant, seq DESC)',
  'CREATE INDEX events_by_type ON events (tenant, type, seq DESC)',
  deliveries,
  'CREATE INDEX deliveries_by_position ON deliveries (tenant, created_seq DESC, created_ordinal DESC)',
  'CREATE INDEX deliveries_by_endpoint ON deliveries (tenant, endpoint_id, created_seq DESC, created_ordinal DESC)',
  'CREATE INDEX deliveries_by_type ON deliveries (tenant, type, created_seq DESC, created_ordinal DESC)',
  'CREATE INDEX deliveries_by_event ON deliveries (tenant, event_id, created_seq DESC, created_ordinal DESC)',
  // Most have succeeded: those are found by position, the others here.
  `CREATE INDEX deliveries_unsucceeded ON deliveries (tenant, status, created_seq DESC, created_ordinal DESC)
     WHERE status <> 'succeeded'`,
  'CREATE INDEX deliveries_by_time ON deliveries USING brin (created_at) WITH (pages_per_range = 32, autosummarize = on)',
  attempts,
  'CREATE INDEX attempts_by_time ON attempts USING brin (started_at) WITH (pages_per_range = 32, autosummarize = on)',
];
