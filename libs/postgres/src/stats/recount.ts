import type { Sql } from '../connection/transaction.js';

/**
 * Counts the figures, and the positions by time, anew from the tables of events, deliveries, attempts and dead letters:
 * for an upgrade, and for a rebuild that copied rows which the log no longer tells of. In a transaction: those who write
 * these tables wait for its end.
 */
export async function recount(tx: Sql): Promise<void> {
  for (const statement of recountStatements) await tx.query(statement);
}

const notSucceeded = `outcome <> 'succeeded'`;
/** As `LatencyHistogram` has them. */
const bucket = `CASE WHEN duration_ms > 0.1 THEN least(ceil(ln(duration_ms / 0.1) / ln(1.02::float8)), 1163) ELSE 0 END::int`;
/** As `DeliveryFigures` tells them. */
const error = `left(CASE WHEN response_status BETWEEN 200 AND 299 THEN coalesce(error_code, response_status::text)
                 ELSE coalesce(response_status::text, error_code, 'unknown') END, 64)`;

/** Of each endpoint, with an empty endpoint of the whole tenant, and with an empty tenant too of all tenants. */
const owners = (what = '') =>
  `GROUPING SETS ((start_at, tenant, endpoint_id${what}), (start_at, tenant${what}), (start_at${what}))`;
const owner = `coalesce(tenant, '') AS tenant, coalesce(endpoint_id, '') AS endpoint_id`;

const figuresSql = (table: string, unit: 'minute' | 'hour', since: string) => `
INSERT INTO ${table} (start_at, tenant, endpoint_id, created, succeeded, failed, dead_letters, attempts, duration_us,
                      latencies, errors)
WITH made AS (
  SELECT date_trunc('${unit}', created_at, 'UTC') AS start_at, tenant, endpoint_id, count(*) AS created,
         count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
         count(*) FILTER (WHERE status IN ('dead', 'discarded')) AS failed,
         0 AS dead_letters, 0 AS attempts, 0 AS duration_us
    FROM deliveries WHERE created_at >= ${since} GROUP BY 1, 2, 3
  UNION ALL
  SELECT date_trunc('${unit}', completed_at, 'UTC'), tenant, endpoint_id, 0, 0, 0, count(*), 0, 0
    FROM deliveries WHERE status = 'dead' AND completed_at >= ${since} GROUP BY 1, 2, 3
), tried AS (
  SELECT date_trunc('${unit}', started_at, 'UTC') AS start_at, tenant, endpoint_id, ${bucket} AS bucket,
         CASE WHEN ${notSucceeded} THEN ${error} END AS error,
         count(*) AS attempts, sum(floor(duration_ms * 1000 + 0.5))::bigint AS duration_us
    FROM attempts WHERE started_at >= ${since} GROUP BY 1, 2, 3, 4, 5
), counts AS (
  SELECT start_at, ${owner}, sum(created) AS created, sum(succeeded) AS succeeded, sum(failed) AS failed,
         sum(dead_letters) AS dead_letters, sum(attempts) AS attempts, sum(duration_us) AS duration_us
    FROM (SELECT * FROM made UNION ALL
          SELECT start_at, tenant, endpoint_id, 0, 0, 0, 0, attempts, duration_us FROM tried) AS counted
   GROUP BY ${owners()}
), latencies AS (
  SELECT start_at, tenant, endpoint_id,
         ('[' || string_agg(bucket || ',' || attempts, ',' ORDER BY bucket) || ']')::json AS latencies
    FROM (SELECT start_at, ${owner}, bucket, sum(attempts) AS attempts
            FROM tried
           GROUP BY ${owners(', bucket')}) AS buckets
   GROUP BY 1, 2, 3
), errors AS (
  SELECT start_at, tenant, endpoint_id, json_object_agg(error, attempts) AS errors
    FROM (SELECT start_at, ${owner}, error, sum(attempts) AS attempts
            FROM tried WHERE error IS NOT NULL
           GROUP BY ${owners(', error')}) AS kinds
   GROUP BY 1, 2, 3
)
SELECT start_at, tenant, endpoint_id, created, succeeded, failed, dead_letters, attempts, duration_us,
       coalesce(latencies, '[]'), coalesce(errors, '{}')
  FROM counts
  LEFT JOIN latencies USING (start_at, tenant, endpoint_id)
  LEFT JOIN errors USING (start_at, tenant, endpoint_id)`;

const positionsSql = (list: string, time: string, seq: string) => `
INSERT INTO time_positions (list, seconds, start_at, first_seq, last_seq)
WITH small AS MATERIALIZED (
  SELECT ${bin('10 seconds', time)} AS start_at, min(${seq}) AS first_seq, max(${seq}) AS last_seq
    FROM ${list} GROUP BY 1
)
SELECT '${list}', 10, * FROM small
UNION ALL
SELECT '${list}', 600, ${bin('10 minutes', 'start_at')}, min(first_seq), max(last_seq) FROM small GROUP BY 3
UNION ALL
SELECT '${list}', 36000, ${bin('10 hours', 'start_at')}, min(first_seq), max(last_seq) FROM small GROUP BY 3`;

function bin(length: string, time: string): string {
  return `date_bin('${length}', ${time}, timestamptz 'epoch')`;
}

/** Minutes are kept for two hours. */
const recountStatements = [
  'LOCK TABLE events, deliveries, attempts, dead_letters IN SHARE MODE',
  'TRUNCATE stats_minutes, stats_hours, time_positions',
  figuresSql('stats_minutes', 'minute', `now() - interval '2 hours'`),
  figuresSql('stats_hours', 'hour', `'-infinity'`),
  positionsSql('events', 'accepted_at', 'seq'),
  positionsSql('deliveries', 'created_at', 'created_seq'),
  positionsSql('dead_letters', 'created_at', 'log_seq'),
];
