import type { AttemptError, DeliveryOrdering } from '@postel/contracts';
import type { AttemptEntity } from '../entities/attempt.entity.js';
import type { DeliveryEntity } from '../entities/delivery.entity.js';
import type { Attempt, Delivery, DeliveryState } from './delivery.js';

export function deliveryOf(row: DeliveryEntity): Delivery {
  return {
    id: row.id,
    eventId: row.eventId,
    type: row.type,
    endpointId: row.endpointId,
    url: row.url,
    status: row.status,
    attempts: row.attempts,
    lastStatus: row.lastStatus,
    lastError: errorOf(row.lastErrorCode, row.lastErrorMessage),
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    completedAt: row.completedAt?.toISOString() ?? null,
  };
}

export function stateOf(row: DeliveryEntity): DeliveryState {
  return {
    deliveryId: row.id,
    tenant: row.tenant,
    endpointId: row.endpointId,
    url: row.url,
    eventId: row.eventId,
    eventSeq: row.eventSeq,
    type: row.type,
    acceptedAtMs: row.acceptedAt.getTime(),
    status: row.status,
    hop: row.hop,
    attemptsMade: row.attempts,
    attemptsBeforeReopen: row.attemptsBeforeReopen,
    apiVersion: row.apiVersion,
    ...orderingOf(row.orderingKey, row.orderingSequence),
  };
}

export function attemptOf(row: AttemptEntity): Attempt {
  return {
    number: row.number,
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    timing: row.timing,
    request: { url: row.requestUrl, headers: row.requestHeaders, body: null },
    response:
      row.responseStatus === null
        ? null
        : {
            status: row.responseStatus,
            headers: row.responseHeaders ?? {},
            body: row.responseBody ?? '',
            truncated: row.responseTruncated ?? false,
          },
    error: errorOf(row.errorCode, row.errorMessage),
    outcome: row.outcome,
  };
}

export function errorOf(code: string | null, message: string | null): AttemptError | null {
  return code === null ? null : { code, message: message ?? '' };
}

/** A part of what a delivery is known by; nothing for one without an order. */
export function orderingOf(
  key: string | null,
  sequence: number | null,
): { readonly ordering?: DeliveryOrdering } {
  if (key === null) return {};
  return { ordering: sequence === null ? { key } : { key, sequence } };
}
