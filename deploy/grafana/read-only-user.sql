-- The user that Grafana reads Postel's database as: for psql, as the owner of the tables. It may be run again at any
-- time. `npm run projections:rebuild` keeps its grants.
-- Its password is not here: `\password postel_grafana` afterwards.
--
-- Columns one by one, and exactly those that the dashboards use: no payload, no URL, no header and no body, neither of
-- what was sent nor of what was answered, because whoever may look at dashboards need not see customers' data.

DO $$
BEGIN
  CREATE ROLE postel_grafana LOGIN;
EXCEPTION
  WHEN duplicate_object THEN NULL;
END
$$;

ALTER ROLE postel_grafana NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 10;
-- a panel that someone edits into a slow query ends by itself, and harms no delivery
ALTER ROLE postel_grafana SET default_transaction_read_only = on;
ALTER ROLE postel_grafana SET statement_timeout = '10s';

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM postel_grafana;
GRANT USAGE ON SCHEMA public TO postel_grafana;

GRANT SELECT (tenant) ON conservation_tenants TO postel_grafana;
GRANT SELECT (
  start_at, tenant, endpoint_id, created, succeeded, failed, dead_letters, attempts, duration_us, latencies, errors
) ON stats_hours TO postel_grafana;
GRANT SELECT (start_at, tenant, endpoint_id, succeeded, dead_letters, attempts) ON stats_minutes TO postel_grafana;
GRANT SELECT (
  accepted_at, id, tenant, event_id, type, endpoint_id, status, attempts, last_status, last_error_code,
  next_attempt_at, completed_at, created_seq, created_ordinal
) ON deliveries TO postel_grafana;
GRANT SELECT (
  accepted_at, delivery_id, number, started_at, duration_ms, response_status, error_code, error_message, outcome
) ON attempts TO postel_grafana;
GRANT SELECT (
  id, tenant, delivery_id, event_id, endpoint_id, type, reason, last_status, last_error_code, last_error_message,
  attempts, created_at, log_seq
) ON dead_letters TO postel_grafana;
GRANT SELECT (tenant, endpoint_id, reason, due_at_ms, accepted_at_ms, reopened_at_ms) ON waiting TO postel_grafana;
GRANT SELECT (tenant, endpoint_id, failing) ON endpoint_alerts TO postel_grafana;
GRANT SELECT (tenant, endpoint_id, at, ordinal, action, actor, count) ON audit_entries TO postel_grafana;
