-- The user that Grafana reads Postel's database as: for psql, as the owner of the tables. It may be run again at any
-- time. `npm run projections:rebuild` keeps its grants.
-- Its password is not here: `\password postel_grafana` afterwards.
-- An owner who may not make roles needs somebody who may to make this one before, by the first statements here.
--
-- Columns one by one, and exactly those that the dashboards use: no payload, no URL, no header and no body, neither of
-- what was sent nor of what was answered, because whoever may look at dashboards need not see customers' data.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postel_grafana') THEN
    CREATE ROLE postel_grafana LOGIN;
  END IF;
  IF EXISTS (
    SELECT FROM pg_roles
    WHERE rolname = 'postel_grafana'
      AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
  ) THEN
    RAISE EXCEPTION 'the role postel_grafana may more than read: take that from it, or drop it';
  END IF;
  -- a panel that someone edits into a slow query ends by itself, and harms no delivery
  ALTER ROLE postel_grafana CONNECTION LIMIT 10;
  ALTER ROLE postel_grafana SET default_transaction_read_only = on;
  ALTER ROLE postel_grafana SET statement_timeout = '10s';
EXCEPTION
  WHEN insufficient_privilege THEN
    -- somebody else made it; without any role, what follows fails
    RAISE WARNING '% may not change the role postel_grafana: its bounds are up to who made it', current_user;
END
$$;

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
