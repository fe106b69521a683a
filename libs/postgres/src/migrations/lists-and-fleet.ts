import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the lists of jobs go by, newest first: of a tenant, and of all what is not finished. And the figures of all
 * tenants together, beside those of each, so that nobody adds them up to tell them.
 */
export class ListsAndFleet1764480000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // what is there already is added up: longer than a statement may take otherwise
    await runner.query('SET LOCAL statement_timeout = 0');
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const newestFirst = 'created_at DESC, ordinal DESC';

/** Histograms and kinds of errors as `LatencyHistogram` and `DeliveryFigures` have them. */
const addUp = (table: string) => `
INSERT INTO ${table} (start_at, tenant, endpoint_id, created, succeeded, failed, dead_letters, attempts, duration_us,
                      latencies, errors)
WITH tenants AS (
  SELECT * FROM ${table} WHERE endpoint_id = '' AND tenant <> ''
), counts AS (
  SELECT start_at, sum(created) AS created, sum(succeeded) AS succeeded, sum(failed) AS failed,
         sum(dead_letters) AS dead_letters, sum(attempts) AS attempts, sum(duration_us) AS duration_us
    FROM tenants GROUP BY 1
), latencies AS (
  SELECT start_at, ('[' || string_agg(bucket || ',' || count, ',' ORDER BY bucket) || ']')::json AS latencies
    FROM (SELECT start_at, pairs[place] AS bucket, sum(pairs[place + 1]) AS count
            FROM (SELECT start_at, translate(latencies::text, '[]', '{}')::bigint[] AS pairs FROM tenants) AS told,
                 generate_series(1, cardinality(pairs), 2) AS place
           GROUP BY 1, 2) AS buckets
   GROUP BY 1
), errors AS (
  SELECT start_at, json_object_agg(error, count) AS errors
    FROM (SELECT start_at, kind.key AS error, sum(kind.value::bigint) AS count
            FROM tenants, json_each_text(errors) AS kind
           GROUP BY 1, 2) AS kinds
   GROUP BY 1
)
SELECT start_at, '', '', created, succeeded, failed, dead_letters, attempts, duration_us, coalesce(latencies, '[]'),
       coalesce(errors, '{}')
  FROM counts LEFT JOIN latencies USING (start_at) LEFT JOIN errors USING (start_at)`;

/** Its columns never change: an update of figures stays within its page (HOT). */
const tenantsIndex = (table: string) =>
  `CREATE INDEX ${table}_of_tenants ON ${table} (start_at, tenant) WHERE endpoint_id = ''`;

const up = [
  // among those of one millisecond, the order in which they came
  'ALTER TABLE jobs ADD ordinal bigint NOT NULL GENERATED ALWAYS AS IDENTITY',
  'DROP INDEX jobs_by_tenant',
  `CREATE INDEX jobs_by_time ON jobs (tenant, ${newestFirst})`,
  `CREATE INDEX jobs_by_state ON jobs (tenant, state, ${newestFirst})`,
  `CREATE INDEX jobs_by_endpoint ON jobs (tenant, (parameters ->> 'endpointId'), ${newestFirst})
    WHERE parameters ->> 'endpointId' IS NOT NULL`,
  `CREATE INDEX jobs_unfinished ON jobs (${newestFirst}) WHERE completed_at IS NULL`,
  'LOCK TABLE stats_minutes, stats_hours IN SHARE MODE',
  // left by this version, before it went away for a while
  `DELETE FROM stats_minutes WHERE tenant = ''`,
  `DELETE FROM stats_hours WHERE tenant = ''`,
  addUp('stats_minutes'),
  addUp('stats_hours'),
  tenantsIndex('stats_minutes'),
  tenantsIndex('stats_hours'),
  'CREATE INDEX dead_letters_invalid_by_time ON dead_letters (created_at) WHERE delivery_id IS NULL',
];

const down = [
  'DROP INDEX dead_letters_invalid_by_time, stats_hours_of_tenants, stats_minutes_of_tenants',
  // rows of all tenants together stay: the version before asks for none
  'DROP INDEX jobs_unfinished, jobs_by_endpoint, jobs_by_state, jobs_by_time',
  'ALTER TABLE jobs DROP ordinal',
  'CREATE INDEX jobs_by_tenant ON jobs (tenant, created_at DESC)',
];
