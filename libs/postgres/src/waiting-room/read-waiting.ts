import type { ApiVersion, Lane } from '@postel/contracts';
import { orderingOf } from '../delivery-log/views.js';
import type { WaitingReason, WaitingRow } from './waiting-row.js';

/** What a statement selects of `waiting AS w` for {@link waitingRowOf}. */
export const waitingColumns = `
  w.delivery_id, w.hop, w.due_at_ms, w.deferred_at_ms, w.endpoint_id, w.tenant, w.lane, w.reason, w.event_seq,
  w.event_id, w.type, w.accepted_at_ms, w.attempts_made, w.attempts_before_reopen, w.api_version, w.ordering_key,
  w.ordering_sequence, w.reopened_at_ms, w.traceparent, w.former_attempt`;

export interface SelectedRow {
  readonly delivery_id: string;
  readonly hop: number;
  readonly due_at_ms: number;
  readonly deferred_at_ms: number;
  readonly endpoint_id: string;
  readonly tenant: string;
  readonly lane: Lane;
  readonly reason: WaitingReason;
  readonly event_seq: number;
  readonly event_id: string;
  readonly type: string;
  readonly accepted_at_ms: number;
  readonly attempts_made: number;
  readonly attempts_before_reopen: number;
  readonly api_version: ApiVersion;
  readonly ordering_key: string | null;
  readonly ordering_sequence: number | null;
  readonly reopened_at_ms: number | null;
  readonly traceparent: string | null;
  readonly former_attempt: string | null;
}

export function waitingRowOf(row: SelectedRow): WaitingRow {
  return {
    deliveryId: row.delivery_id,
    endpointId: row.endpoint_id,
    tenant: row.tenant,
    eventId: row.event_id,
    eventSeq: row.event_seq,
    type: row.type,
    acceptedAtMs: row.accepted_at_ms,
    hop: row.hop,
    attemptsMade: row.attempts_made,
    attemptsBeforeReopen: row.attempts_before_reopen,
    apiVersion: row.api_version,
    dueAtMs: row.due_at_ms,
    deferredAtMs: row.deferred_at_ms,
    lane: row.lane,
    reason: row.reason,
    ...orderingOf(row.ordering_key, row.ordering_sequence),
    ...(row.reopened_at_ms === null ? {} : { reopenedAtMs: row.reopened_at_ms }),
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    ...(row.former_attempt === null ? {} : { formerAttempt: row.former_attempt }),
  };
}
