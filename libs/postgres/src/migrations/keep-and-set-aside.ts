import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Retention per tenant, and of the streams; what could not be written; and since when the waiting room is known to be
 * level with the log.
 */
export class KeepAndSetAside1764470000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  // a payload that is past its retention is NULL; nothing is rewritten by this
  'ALTER TABLE events ALTER payload DROP NOT NULL',
  // up to where a stream may be purged, as it was some minutes ago
  `CREATE TABLE stream_purges (
     stream   text        PRIMARY KEY,
     below    bigint      NOT NULL,
     noted_at timestamptz NOT NULL
   )`,
  // days of a tenant of which nothing of the kind is left to forget
  `CREATE TABLE forgotten_days (
     tenant text NOT NULL,
     kind   text NOT NULL CHECK (kind IN ('payloads', 'attempts')),
     day    date NOT NULL,
     PRIMARY KEY (tenant, kind, day)
   )`,
  'CREATE INDEX dead_letters_by_time ON dead_letters (tenant, created_at)',
  `CREATE TABLE unprojected (
     projection   text        NOT NULL,
     seq          bigint      NOT NULL,
     tenant       text        NOT NULL,
     error        text        NOT NULL,
     set_aside_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (projection, seq)
   )`,
  'ALTER TABLE projection_positions ADD level_at timestamptz',
];

const down = [
  'ALTER TABLE projection_positions DROP level_at',
  'DROP TABLE unprojected',
  'DROP INDEX dead_letters_by_time',
  'DROP TABLE forgotten_days',
  'DROP TABLE stream_purges',
  `UPDATE events SET payload = '' WHERE payload IS NULL`,
  'ALTER TABLE events ALTER payload SET NOT NULL',
];
