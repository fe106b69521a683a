/**
 * Of one endpoint, in PostgreSQL. Everything is bounded and goes by an index: whoever looks at a dashboard must not slow
 * the deliveries down. No URL, no header and no body is read: those may hold secrets, and the user of Grafana may not.
 */
const tenant = '${tenant:sqlstring}';
const endpoint = '${endpoint:sqlstring}';
const ofEndpoint = (table: string) => `${table}.tenant = ${tenant} AND ${table}.endpoint_id = ${endpoint}`;

/** Each row of figures by its whole key, whose first part is the hour. */
const hours = `generate_series(date_trunc('hour', $__timeFrom()::timestamptz, 'UTC'), $__timeTo()::timestamptz, '1 hour') AS hour
  JOIN stats_hours AS figures ON figures.start_at = hour`;
const hoursOfEndpoint = `${hours}
 WHERE ${ofEndpoint('figures')}`;

/** Kept for two hours. */
const minutesOfEndpoint = `generate_series(
         date_trunc('minute', greatest($__timeFrom()::timestamptz, now() - interval '2 hours')),
         $__timeTo()::timestamptz, '1 minute') AS minute
  JOIN stats_minutes AS figures ON figures.start_at = minute
 WHERE ${ofEndpoint('figures')}`;

export const tenants = 'SELECT tenant FROM conservation_tenants ORDER BY tenant LIMIT 1000';

export const endpoints = `
SELECT DISTINCT figures.endpoint_id
  FROM ${hours}
 WHERE figures.tenant = ${tenant} AND figures.endpoint_id <> ''
 ORDER BY figures.endpoint_id
 LIMIT 1000`;

const sumOf = (what: string) => `
SELECT ${what} AS value
  FROM ${hoursOfEndpoint}`;

export const created = sumOf('coalesce(sum(figures.created), 0)');
export const successShare = sumOf(
  'sum(figures.succeeded)::float8 / nullif(sum(figures.succeeded + figures.failed), 0)',
);
export const deadLetters = sumOf('coalesce(sum(figures.dead_letters), 0)');
export const meanDuration = sumOf(
  'sum(figures.duration_us)::float8 / nullif(sum(figures.attempts), 0) / 1000000',
);

/** Counted up to here: a backlog may have millions. */
const mostCounted = 100_000;

export const waitingNow = `
SELECT count(*) AS value
  FROM (SELECT FROM waiting WHERE ${ofEndpoint('waiting')} LIMIT ${mostCounted}) AS counted`;

export const isFailing = `
SELECT coalesce(bool_or(alerts.failing), false)::int AS value
  FROM endpoint_alerts AS alerts
 WHERE ${ofEndpoint('alerts')}`;

export const byHour = `
SELECT figures.start_at AS time, figures.succeeded AS succeeded, figures.failed AS failed
  FROM ${hoursOfEndpoint}
 ORDER BY 1`;

export const attemptsByMinute = `
SELECT figures.start_at AS time, figures.attempts AS attempts,
       figures.succeeded AS succeeded, figures.dead_letters AS "dead letters"
  FROM ${minutesOfEndpoint}
 ORDER BY 1`;

/**
 * The histograms of libs/domain/src/stats/latency-histogram.ts: bucket and count by turns, each bucket 2 % longer than
 * the one before, told by its middle.
 */
export const durationsByHour = `
WITH numbers AS (
  SELECT figures.start_at, (place - 1) / 2 AS pair, number::bigint AS number, place % 2 = 1 AS is_bucket
    FROM (SELECT figures.start_at, figures.latencies FROM ${hoursOfEndpoint}) AS figures
   CROSS JOIN json_array_elements_text(figures.latencies) WITH ORDINALITY AS elements (number, place)
), buckets AS (
  SELECT start_at, max(number) FILTER (WHERE is_bucket) AS bucket, max(number) FILTER (WHERE NOT is_bucket) AS count
    FROM numbers
   GROUP BY start_at, pair
), ranked AS (
  SELECT start_at, CASE bucket WHEN 0 THEN 0.0001 ELSE 0.0001 * power(1.02::float8, bucket) * 2 / 2.02 END AS seconds,
         sum(count) OVER (PARTITION BY start_at ORDER BY bucket) AS rank,
         sum(count) OVER (PARTITION BY start_at) AS total
    FROM buckets
   WHERE count > 0
)
SELECT start_at AS time,
       min(seconds) FILTER (WHERE rank >= ceil(0.5 * total)) AS p50,
       min(seconds) FILTER (WHERE rank >= ceil(0.95 * total)) AS p95,
       min(seconds) FILTER (WHERE rank >= ceil(0.99 * total)) AS p99
  FROM ranked
 GROUP BY start_at
 ORDER BY 1`;

export const errors = `
SELECT error.key AS "answer", sum(error.value::bigint)::bigint AS "attempts"
  FROM ${hours}
 CROSS JOIN json_each_text(figures.errors) AS error
 WHERE ${ofEndpoint('figures')}
 GROUP BY error.key
 ORDER BY 2 DESC
 LIMIT 20`;

export const waitingByReason = `
SELECT counted.reason AS "reason", count(*) AS "deliveries",
       extract(epoch FROM now()) - min(counted.since_ms) / 1000.0 AS "oldest",
       to_timestamp(min(counted.due_at_ms) FILTER (WHERE counted.due_at_ms < 9007199254740991) / 1000.0) AS "next due"
  FROM (SELECT reason, coalesce(reopened_at_ms, accepted_at_ms) AS since_ms, due_at_ms
          FROM waiting
         WHERE ${ofEndpoint('waiting')}
         LIMIT ${mostCounted}) AS counted
 GROUP BY counted.reason
 ORDER BY 2 DESC`;

/** By the index of the endpoint, in the days of the time shown. */
const latestDeliveries = (columns: string) => `
SELECT ${columns}
  FROM deliveries
 WHERE ${ofEndpoint('deliveries')} AND $__timeFilter(deliveries.accepted_at)
 ORDER BY created_seq DESC, created_ordinal DESC
 LIMIT 50`;

export const deliveries = latestDeliveries(`accepted_at AS "accepted", id AS "delivery", event_id AS "event",
       type AS "type", status AS "status", attempts AS "attempts", last_status AS "last status",
       last_error_code AS "last error", next_attempt_at AS "next attempt", completed_at AS "completed"`);

export const attempts = `
WITH latest AS (${latestDeliveries('id, accepted_at')}
)
SELECT attempts.started_at AS "started", attempts.delivery_id AS "delivery", attempts.number AS "attempt",
       attempts.outcome AS "outcome", attempts.response_status AS "status", attempts.error_code AS "error",
       attempts.error_message AS "message", attempts.duration_ms / 1000 AS "took"
  FROM latest
  JOIN attempts ON attempts.delivery_id = latest.id AND attempts.accepted_at = latest.accepted_at
 ORDER BY attempts.started_at DESC
 LIMIT 100`;

export const lastDeadLetters = `
SELECT created_at AS "died", id AS "dead letter", delivery_id AS "delivery", event_id AS "event", type AS "type",
       reason AS "reason", attempts AS "attempts", last_status AS "last status", last_error_code AS "last error",
       last_error_message AS "message"
  FROM dead_letters
 WHERE ${ofEndpoint('dead_letters')} AND $__timeFilter(created_at)
 ORDER BY log_seq DESC
 LIMIT 50`;

export const changes = `
SELECT at AS "at", action AS "what", actor AS "who", count AS "how many"
  FROM audit_entries
 WHERE ${ofEndpoint('audit_entries')} AND $__timeFilter(at)
 ORDER BY at DESC, ordinal DESC
 LIMIT 50`;
