import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs that go page by page, wait for something, and can be paused. */
export class JobsByPage1764420000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE jobs
     DROP CONSTRAINT jobs_state_check,
     ADD CONSTRAINT jobs_state_check CHECK (state IN ('queued', 'running', 'paused', 'succeeded', 'failed')),
     ADD parameters  jsonb  NOT NULL DEFAULT '{}',
     ADD cursor      jsonb,
     ADD failed      bigint NOT NULL DEFAULT 0,
     ADD deliveries  bigint NOT NULL DEFAULT 0,
     ADD waiting_for text,
     ADD alone       text`,
  'DROP INDEX jobs_to_do',
  `CREATE INDEX jobs_to_do ON jobs (kind, updated_at) WHERE completed_at IS NULL AND state <> 'paused'`,
  // of jobs that would get in each other's way one at a time; a paused one is in nobody's
  `CREATE UNIQUE INDEX jobs_alone ON jobs (alone) WHERE completed_at IS NULL AND state <> 'paused'`,
  // for retention: nobody resumes what has been paused for so long
  `CREATE INDEX jobs_paused ON jobs (updated_at) WHERE state = 'paused'`,
];

const down = [
  'DROP INDEX jobs_paused, jobs_alone, jobs_to_do',
  // nobody would know how to go on with them
  `DELETE FROM jobs WHERE kind <> 'tenant_erasure'`,
  `UPDATE jobs SET state = 'queued' WHERE state = 'paused'`,
  `ALTER TABLE jobs
     DROP parameters, DROP cursor, DROP failed, DROP deliveries, DROP waiting_for, DROP alone,
     DROP CONSTRAINT jobs_state_check,
     ADD CONSTRAINT jobs_state_check CHECK (state IN ('queued', 'running', 'succeeded', 'failed'))`,
  'CREATE INDEX jobs_to_do ON jobs (kind, created_at) WHERE completed_at IS NULL',
];
