import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the lists of jobs go by, newest first: of a tenant, and of all what is not finished. */
export class ListOfJobs1764480000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const newestFirst = 'created_at DESC, ordinal DESC';

const up = [
  // among those of one millisecond, the order in which they came
  'ALTER TABLE jobs ADD ordinal bigint NOT NULL GENERATED ALWAYS AS IDENTITY',
  'DROP INDEX jobs_by_tenant',
  `CREATE INDEX jobs_by_time ON jobs (tenant, ${newestFirst})`,
  `CREATE INDEX jobs_by_state ON jobs (tenant, state, ${newestFirst})`,
  `CREATE INDEX jobs_by_endpoint ON jobs (tenant, (parameters ->> 'endpointId'), ${newestFirst})
    WHERE parameters ->> 'endpointId' IS NOT NULL`,
  `CREATE INDEX jobs_unfinished ON jobs (${newestFirst}) WHERE completed_at IS NULL`,
];

const down = [
  'DROP INDEX jobs_unfinished, jobs_by_endpoint, jobs_by_state, jobs_by_time',
  'ALTER TABLE jobs DROP ordinal',
  'CREATE INDEX jobs_by_tenant ON jobs (tenant, created_at DESC)',
];
