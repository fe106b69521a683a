/** A row at least in every table of the newest schema; a new table needs one here. Times are of today, which has a partition. */
export const rowsOfEveryTable: readonly string[] = [
  `INSERT INTO events (accepted_at, seq, tenant, id, type, created_at, door, channels, payload, headers, valid)
   VALUES (now(), 1, 'default', 'evt_1', 'order.created', now(), 'http', '["a"]', '\\x7b7d', '{"x":"y"}', true),
          (now(), 2, 'default', 'evt_2', 'order.created', now(), 'nats', '[]', NULL, '{}', true)`,
  `INSERT INTO deliveries (accepted_at, id, tenant, event_id, event_seq, type, endpoint_id, url, api_version, status,
     attempts, last_status, last_error_code, created_at, completed_at, hop, attempts_before_reopen, created_seq,
     created_ordinal, log_seq, ordering_key, ordering_sequence)
   VALUES (now(), 'dlv_1', 'default', 'evt_1', 1, 'order.created', 'ep_1', 'https://a.example', '2024-01-01',
           'succeeded', 1, 200, NULL, now(), now(), 1, 0, 1024, 0, 2048, NULL, NULL),
          (now(), 'dlv_2', 'default', 'evt_2', 2, 'order.created', 'ep_1', 'https://a.example', '2024-01-01',
           'dead', 1, 400, 'status', now(), now(), 1, 0, 1025, 0, 2049, 'k', 7)`,
  `INSERT INTO attempts (accepted_at, delivery_id, number, id, tenant, endpoint_id, started_at, duration_ms, timing,
     request_url, request_headers, response_status, response_headers, response_body, response_truncated, outcome,
     log_seq)
   VALUES (now(), 'dlv_1', 1, 'att_1', 'default', 'ep_1', now(), 12.5, '{"a":1}', 'https://a.example', '{"b":"c"}',
           200, '{"d":"e"}', 'ok', false, 'succeeded', 2048),
          (now(), 'dlv_2', 1, 'att_2', 'default', 'ep_1', now(), 3, '{}', 'https://a.example', '{}',
           400, NULL, 'no', false, 'dead', 2049)`,
  `INSERT INTO dead_letters (id, tenant, delivery_id, event_id, event_seq, endpoint_id, type, accepted_at, reason,
     attempts, created_at, log_seq, hop, attempts_before_reopen, payload, headers, ordering_key, ordering_sequence)
   VALUES ('dl_1', 'default', 'dlv_2', 'evt_2', 2, 'ep_1', 'order.created', now(), 'non_retryable', 1, now(), 2049,
           1, 0, NULL, NULL, 'k', 7),
          ('dl_2', 'default', NULL, 'evt_3', 3, NULL, 'order.created', now(), 'invalid_event', 0, now(), 2050,
           0, 0, '\\x7b', '{"x":"y"}', NULL, NULL)`,
  `INSERT INTO waiting (delivery_id, hop, due_at_ms, endpoint_id, tenant, lane, reason, event_seq, event_id, type,
     accepted_at_ms, attempts_made, attempts_before_reopen, api_version, partition, deferred_at_ms, ordering_key,
     ordering_sequence, reopened_at_ms)
   VALUES ('dlv_3', 2, 1700000001000, 'ep_1', 'default', 'retry', 'retry', 4, 'evt_4', 'order.created',
           1700000000000, 1, 0, '2024-01-01', 3, 1700000000500, NULL, NULL, NULL),
          ('dlv_4', 1, 9007199254740991, 'ep_2', 'default', 'retry', 'ordering', 5, 'evt_5', 'order.created',
           1700000000000, 0, 0, '2024-01-01', 5, 1700000000500, 'k', 8, 1700000000700)`,
  `INSERT INTO ordering_keys (endpoint_id, ordering_key, last_sequence, last_event_seq, released, released_hop)
   VALUES ('ep_2', 'k', 8, 5, 7, 1)`,
  `INSERT INTO reopened_in_order VALUES ('dlv_2', 'default', 1, 2, false, 1700000000900)`,
  `INSERT INTO projection_positions (name, seq, level_at)
   VALUES ('archive', 5, NULL), ('waiting-room', 5000, now()), ('conservation', 5000, NULL)`,
  `INSERT INTO jobs (id, tenant, kind, state, created_at, parameters)
   VALUES ('job_1', 'default', 'recover', 'paused', now(), '{"a":1}'),
          ('job_2', 'gone', 'tenant_erasure', 'running', now(), '{}'),
          ('job_3', 'gone', 'tenant_erasure', 'paused', now(), '{}')`,
  `INSERT INTO endpoint_alerts VALUES ('ep_1', 'default', '{"a":1}', true, now())`,
  `INSERT INTO alert_effects (tenant, endpoint_id, effect) VALUES ('default', 'ep_1', '{"b":2}')`,
  `INSERT INTO erased_events VALUES (9, 'default', 'evt_9', now(), now(), NULL, NULL)`,
  `INSERT INTO audit_entries (id, tenant, at, action, actor, endpoint_id, subject, count)
   VALUES ('a_1', 'default', now(), 'endpoint.created', 'admin', 'ep_1', NULL, 1)`,
  `INSERT INTO conservation_state VALUES (true, 0, 0, 5, '\\x00', 5000, now())`,
  `INSERT INTO conservation_tenants (tenant, created) VALUES ('default', 2)`,
  `INSERT INTO conservation_deliveries VALUES ('dlv_3', 'default', 4, 2, 1, 0, 'retrying', 3000, NULL, false)`,
  `INSERT INTO conservation_lost_events VALUES (8, 'default', 'evt_8', 'order.created')`,
  `INSERT INTO stats_minutes
   SELECT date_trunc('minute', now()), tenant, '', 2, 1, 1, 1, 2, 15500, '[1,2]', '{}'
     FROM unnest(ARRAY['default', '']) AS tenant`,
  `INSERT INTO stats_hours
   SELECT date_trunc('hour', now()), tenant, '', 2, 1, 1, 1, 2, 15500, '[1,2]', '{}'
     FROM unnest(ARRAY['default', '']) AS tenant`,
  `INSERT INTO time_positions VALUES ('events', 60, date_trunc('minute', now()), 1, 2)`,
  `INSERT INTO stream_purges VALUES ('EVENTS', 1, now())`,
  `INSERT INTO forgotten_days VALUES ('default', 'payloads', current_date)`,
  `INSERT INTO unprojected (projection, seq, tenant, error) VALUES ('archive', 3, 'default', 'no')`,
];
