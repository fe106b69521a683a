/**
 * What a seeded row has in each column, as SQL over `run` (what one call of the seeding is told), `endpoint` (id and
 * partition) and `n` (the row's number). The one place to change when the tables do: a column that a table does not
 * have is left out, one that may be null or has a default need not be here, and any other ends the phase with its name.
 */
export type KnownColumns = Readonly<Record<string, string>>;

const event = 'n / run.deliveries_per_event';
const eventId = `'evt_' || run.name || '_' || ${event}`;
const eventSeq = `run.first_event_seq + ${event}`;
const deliveryId = `'dlv_' || run.name || '_' || n`;
const dueAtMs = 'floor(run.first_due_ms + n * run.spacing_ms)::bigint';
const acceptedAt = `timestamptz 'epoch' + run.now_ms * interval '1 millisecond'`;
/** Of the version that needs no conversion. */
const apiVersion = `'2024-01-01'`;

export const waitingColumns: KnownColumns = {
  delivery_id: deliveryId,
  hop: '2',
  due_at_ms: dueAtMs,
  deferred_at_ms: 'run.now_ms',
  endpoint_id: 'endpoint.id',
  partition: 'endpoint.partition',
  tenant: `'default'`,
  lane: `'retry'`,
  reason: `'retry'`,
  event_seq: eventSeq,
  event_id: eventId,
  type: 'run.type',
  accepted_at_ms: 'run.now_ms',
  attempts_made: '1',
  attempts_before_reopen: '0',
  api_version: apiVersion,
  ordering_key: 'NULL',
  ordering_sequence: 'NULL',
  reopened_at_ms: 'NULL',
};

/** In the delivery log, so that the outcome of an attempt finds its delivery there. */
export const deliveriesColumns: KnownColumns = {
  accepted_at: acceptedAt,
  id: deliveryId,
  tenant: `'default'`,
  event_id: eventId,
  event_seq: eventSeq,
  type: 'run.type',
  endpoint_id: 'endpoint.id',
  url: `'http://127.0.0.1/'`,
  api_version: apiVersion,
  status: `'retrying'`,
  attempts: '1',
  next_attempt_at: `timestamptz 'epoch' + ${dueAtMs} * interval '1 millisecond'`,
  created_at: acceptedAt,
  hop: '1',
  attempts_before_reopen: '0',
  created_seq: '0',
  created_ordinal: '0',
  log_seq: '0',
};

/** One row for each event, by its first delivery. */
export const eventsColumns: KnownColumns = {
  accepted_at: acceptedAt,
  seq: eventSeq,
  tenant: `'default'`,
  id: eventId,
  type: 'run.type',
  created_at: acceptedAt,
  door: `'nats'`,
  channels: `'[]'`,
  payload: `convert_to(run.before_number || lpad((run.first_number + ${event})::text, run.number_digits, '0') || run.after_number, 'UTF8')`,
  headers: `'{}'`,
  valid: 'true',
};
