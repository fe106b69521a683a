import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events whose payload was erased on request, and who did what. */
export class ErasureAndAudit1764440000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_entries, erased_events');
    await runner.query('ALTER TABLE events DROP COLUMN erased_at');
  }
}

const up = [
  'ALTER TABLE events ADD COLUMN erased_at timestamptz',
  `CREATE TABLE erased_events (
     event_seq        bigint      PRIMARY KEY,
     tenant           text        NOT NULL,
     event_id         text        NOT NULL,
     accepted_at      timestamptz NOT NULL,
     erased_at        timestamptz NOT NULL,
     deliveries_up_to bigint,
     finished_at      timestamptz
   )`,
  'CREATE INDEX erased_events_by_id ON erased_events (tenant, event_id)',
  'CREATE INDEX erased_events_by_time ON erased_events (accepted_at)',
  'CREATE INDEX erased_events_open ON erased_events (event_seq) WHERE finished_at IS NULL',
  // of two streams: in the order of time, and among equals in the order in which they came
  `CREATE TABLE audit_entries (
     id          text        PRIMARY KEY,
     tenant      text        NOT NULL,
     at          timestamptz NOT NULL,
     ordinal     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
     action      text        NOT NULL,
     actor       text        NOT NULL,
     endpoint_id text,
     subject     text,
     count       integer     NOT NULL
   )`,
  'CREATE INDEX audit_entries_by_time ON audit_entries (tenant, at DESC, ordinal DESC)',
  'CREATE INDEX audit_entries_by_action ON audit_entries (tenant, action, at DESC, ordinal DESC)',
  'CREATE INDEX audit_entries_by_actor ON audit_entries (tenant, actor, at DESC, ordinal DESC)',
  'CREATE INDEX audit_entries_by_endpoint ON audit_entries (tenant, endpoint_id, at DESC, ordinal DESC)',
  'CREATE INDEX audit_entries_old ON audit_entries (at)',
];
