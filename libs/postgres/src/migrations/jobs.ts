import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What takes longer than a request, and how far it has come. Jobs of every kind share the table. */
export class Jobs1763900000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE jobs');
  }
}

const up = [
  `CREATE TABLE jobs (
     id           text        PRIMARY KEY,
     tenant       text        NOT NULL,
     kind         text        NOT NULL,
     state        text        NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
     done         bigint      NOT NULL DEFAULT 0,
     total        bigint,
     error        text,
     created_at   timestamptz NOT NULL,
     updated_at   timestamptz NOT NULL DEFAULT now(),
     completed_at timestamptz,
     owner        text,
     leased_until timestamptz
   )`,
  'CREATE INDEX jobs_by_tenant ON jobs (tenant, created_at DESC)',
  'CREATE INDEX jobs_to_do ON jobs (kind, created_at) WHERE completed_at IS NULL',
];
