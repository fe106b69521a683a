import { errorOf, orderingOf } from '../delivery-log/views.js';
import type { DeadLetterEntity } from '../entities/dead-letter.entity.js';
import type { DeadDelivery, DeadLetter, InvalidEvent } from './dead-letter.js';

/** As the delivery log has it. */
export interface LastAttempt {
  readonly startedAt: Date;
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export function deadLetterOf(
  row: DeadLetterEntity,
  lastAttempts: ReadonlyMap<string, LastAttempt>,
): DeadLetter {
  const attempt = lastAttempts.get(row.deliveryId ?? '');
  const lastAttemptAt = row.lastAttemptAt ?? attempt?.startedAt;
  const lastError =
    errorOf(row.lastErrorCode, row.lastErrorMessage) ??
    errorOf(attempt?.errorCode ?? null, attempt?.errorMessage ?? null);
  return {
    id: row.id,
    deliveryId: row.deliveryId,
    eventId: row.eventId,
    endpointId: row.endpointId,
    reason: row.reason,
    lastStatus: row.lastStatus ?? attempt?.status ?? null,
    lastError: lastError && row.path !== null ? { ...lastError, path: row.path } : lastError,
    attempts: row.attempts,
    lastAttemptAt: lastAttemptAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

export function deadDeliveryOf(row: DeadLetterEntity): DeadDelivery | null {
  const { deliveryId, endpointId, apiVersion } = row;
  if (deliveryId === null || endpointId === null || apiVersion === null) return null;
  return {
    deadLetterId: row.id,
    reason: row.reason,
    deliveryId,
    tenant: row.tenant,
    endpointId,
    eventId: row.eventId,
    eventSeq: row.eventSeq,
    type: row.type,
    acceptedAtMs: row.acceptedAt.getTime(),
    hop: row.hop,
    attemptsMade: row.attempts,
    attemptsBeforeReopen: row.attemptsBeforeReopen,
    apiVersion,
    ...orderingOf(row.orderingKey, row.orderingSequence),
  };
}

export function invalidEventOf(row: DeadLetterEntity): InvalidEvent | null {
  if (row.deliveryId !== null) return null;
  const { payload = null, headers, subject } = row;
  return {
    eventId: row.eventId,
    eventSeq: row.eventSeq,
    type: row.type,
    acceptedAtMs: row.acceptedAt.getTime(),
    code: row.lastErrorCode ?? '',
    message: row.lastErrorMessage ?? '',
    path: row.path,
    raw: payload && headers && subject !== null ? { payload, headers, subject } : null,
  };
}
