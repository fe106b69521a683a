import type { KnownColumns } from './known-columns.js';

/**
 * A week of deliveries, as SQL over `run` and `d` (number, tenant, endpoint, type, status and time of a delivery): each
 * of an event of its own, with two attempts. As `known-columns.ts` for those that wait.
 */
const eventId = `'evt_h' || d.n`;
const deliveryId = `'dlv_h' || d.n`;
/** Beyond all that is really published. */
const eventSeq = '1000000000000 + d.n';
const logSeq = '4000000000000000 + d.n * 10';
const apiVersion = `'2024-01-01'`;
const completedAt = `CASE WHEN d.status IN ('succeeded', 'dead', 'discarded') THEN d.at + interval '2 seconds' END`;
const failed = `number < 2 OR d.status <> 'succeeded'`;

export const historicEvents: KnownColumns = {
  accepted_at: 'd.at',
  seq: eventSeq,
  tenant: 'd.tenant',
  id: eventId,
  type: 'd.type',
  created_at: 'd.at',
  door: `'nats'`,
  channels: `'[]'`,
  payload: `convert_to('{"data":{"object":{"id":"ord_' || d.n || '","amount":4200,"note":"' || repeat('x', 300) || '"}}}', 'UTF8')`,
  headers: `'{}'`,
  valid: 'true',
};

export const historicDeliveries: KnownColumns = {
  accepted_at: 'd.at',
  id: deliveryId,
  tenant: 'd.tenant',
  event_id: eventId,
  event_seq: eventSeq,
  type: 'd.type',
  endpoint_id: 'd.endpoint_id',
  url: `'https://hooks.customer.example.com/webhooks/postel/' || d.endpoint_id`,
  api_version: apiVersion,
  status: 'd.status',
  attempts: '2',
  last_status: `CASE WHEN d.status = 'succeeded' THEN 200 ELSE 503 END`,
  created_at: `d.at + interval '5 milliseconds'`,
  completed_at: completedAt,
  hop: '2',
  attempts_before_reopen: '0',
  created_seq: logSeq,
  created_ordinal: '0',
  log_seq: `${logSeq} + 2`,
};

export const historicAttempts: KnownColumns = {
  accepted_at: 'd.at',
  delivery_id: deliveryId,
  number: 'number',
  id: `'att_h' || d.n || '_' || number`,
  tenant: 'd.tenant',
  endpoint_id: 'd.endpoint_id',
  started_at: `d.at + number * interval '1 second'`,
  duration_ms: `5 + (d.n * 7919 % 10007) / 100.0 + CASE WHEN d.n % 100 = 0 THEN 900 ELSE 0 END`,
  timing: `'{"connectMs":1,"firstByteMs":11}'`,
  request_url: `'https://hooks.customer.example.com/webhooks/postel/' || d.endpoint_id`,
  request_headers: `'{"content-type":"application/json","webhook-id":"evt_h"}'`,
  response_status: `CASE WHEN ${failed} THEN 503 ELSE 200 END`,
  response_headers: `'{"server":"nginx","content-type":"text/plain"}'`,
  response_body: `'ok'`,
  response_truncated: 'false',
  outcome: `CASE WHEN ${failed} THEN CASE WHEN number = 1 THEN 'retry' ELSE 'dead' END ELSE 'succeeded' END`,
  log_seq: `${logSeq} + number`,
};

/** One for each dead delivery. */
export const historicDeadLetters: KnownColumns = {
  id: `'dl_h' || d.n`,
  tenant: 'd.tenant',
  delivery_id: deliveryId,
  event_id: eventId,
  event_seq: eventSeq,
  endpoint_id: 'd.endpoint_id',
  type: 'd.type',
  accepted_at: 'd.at',
  reason: `CASE WHEN d.n % 5003 = 0 THEN 'gone' ELSE 'exhausted' END`,
  last_status: '503',
  attempts: '2',
  last_attempt_at: `d.at + interval '2 seconds'`,
  created_at: `d.at + interval '2 seconds'`,
  log_seq: `${logSeq} + 2`,
  hop: '2',
  attempts_before_reopen: '0',
  api_version: apiVersion,
};
