import {
  readTraceparent,
  type AttemptError,
  type AttemptRecord,
  type DeadLetterReason,
  type DeferReason,
  type DeliveryDeferred,
  type DeliveryDied,
  type DeliveryDiscarded,
  type DeliveryMeta,
  type DeliveryReopened,
  type DeliverySucceeded,
  type Lane,
  type RetryPolicy,
} from '@postel/contracts';
import { classifyAttempt, type AttemptResult } from '../attempt/classify-attempt.js';
import { parseRetryAfter } from '../retry/retry-after.js';
import { nextRetryDelayMs } from '../retry/retry-policy.js';

/** The facts that end a hop. */
export type HopOutcome = DeliverySucceeded | DeliveryDeferred | DeliveryDied;

export interface AttemptConclusion {
  readonly meta: DeliveryMeta;
  /** Header names of the response in lower case. */
  readonly attempt: Omit<AttemptRecord, 'outcome'>;
  readonly policy: RetryPolicy;
  /** 0 to 1, for the jitter. */
  readonly random: number;
  readonly nowMs: number;
  /** On which a retry comes back; `retry` when not given. */
  readonly lane?: Lane;
}

/**
 * The one place where an attempt becomes a fact. The retry policy counts the attempts since the delivery was made or
 * last reopened.
 */
export function concludeAttempt(conclusion: AttemptConclusion): HopOutcome {
  const { meta, attempt, policy, nowMs } = conclusion;
  const facts = { ...factBasis(meta, nowMs), attemptsMade: meta.attemptsMade + 1 };
  const verdict = classifyAttempt(resultOf(attempt), policy);
  switch (verdict.kind) {
    case 'succeeded':
      return { ...facts, fact: 'delivery.succeeded', attempt: { ...attempt, outcome: 'succeeded' } };
    case 'dead':
      return { ...facts, ...death(attempt, verdict.reason) };
    case 'retry': {
      const delayMs = delayMsAfter(conclusion);
      return delayMs === null
        ? { ...facts, ...death(attempt, 'exhausted') }
        : {
            ...facts,
            ...traceAfter(meta, attempt),
            ...deferral(attempt, nowMs + delayMs, conclusion.lane ?? 'retry'),
          };
    }
  }
}

function resultOf({ error, response }: Omit<AttemptRecord, 'outcome'>): AttemptResult {
  // an answer that broke off or ran out of time counts as the error, whatever its status was
  if (error) return { errorCode: error.code };
  return response ? { status: response.status } : { errorCode: 'no_response' };
}

function delayMsAfter({ meta, attempt, policy, random, nowMs }: AttemptConclusion): number | null {
  const attemptsMade = meta.attemptsMade + 1 - meta.attemptsBeforeReopen;
  return nextRetryDelayMs(policy, { attemptsMade, random, retryAfterMs: askedWaitMs(attempt, nowMs) });
}

/**
 * How long the receiver asked to be left alone, with `Retry-After`, whatever the policy makes of it.
 * @param nowMs when the attempt was concluded
 * @returns whole ms; undefined where it did not ask, or its answer counts as an error
 */
export function askedWaitMs(
  { error, response }: Omit<AttemptRecord, 'outcome'>,
  nowMs: number,
): number | undefined {
  const retryAfter = error ? undefined : response?.headers['retry-after'];
  return retryAfter === undefined ? undefined : (parseRetryAfter(retryAfter, nowMs) ?? undefined);
}

function death(attempt: Omit<AttemptRecord, 'outcome'>, reason: DeadLetterReason) {
  return {
    fact: 'delivery.died',
    reason,
    lastStatus: attempt.response?.status ?? null,
    lastError: attempt.error ?? null,
    attempt: { ...attempt, outcome: 'dead' },
  } as const;
}

function deferral(attempt: Omit<AttemptRecord, 'outcome'>, dueAtMs: number, lane: Lane) {
  return {
    fact: 'delivery.deferred',
    reason: 'retry',
    dueAtMs,
    lane,
    attempt: { ...attempt, outcome: 'retry' },
  } as const;
}

export interface Deferral {
  readonly meta: DeliveryMeta;
  readonly reason: DeferReason;
  readonly dueAtMs: number;
  /** The lane on which it comes back. */
  readonly lane: Lane;
  readonly nowMs: number;
}

/** Ends a hop in which nothing was sent: it has to wait. */
export function deferWithoutAttempt({ meta, reason, dueAtMs, lane, nowMs }: Deferral): DeliveryDeferred {
  return { ...factBasis(meta, nowMs), ...traceOf(meta), fact: 'delivery.deferred', reason, dueAtMs, lane };
}

type DeliveryTrace = Pick<DeliveryMeta, 'traceparent' | 'formerAttempt'>;

/** What of a delivery's trace its next hop needs. */
function traceOf({ traceparent, formerAttempt }: DeliveryTrace): DeliveryTrace {
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(formerAttempt === undefined ? {} : { formerAttempt }),
  };
}

/** Every attempt that is recorded has told its receiver a place of its own. */
function traceAfter(meta: DeliveryMeta, { request }: Omit<AttemptRecord, 'outcome'>): DeliveryTrace {
  const sent = request.headers['traceparent'];
  const isRecorded = sent !== meta.traceparent && readTraceparent(sent)?.isSampled === true;
  return traceOf(isRecorded && sent !== undefined ? { ...meta, formerAttempt: sent } : meta);
}

/**
 * Ends a hop in which nothing was sent: the delivery is over.
 * @param last how the last attempt ended, where the caller knows
 */
export function dieWithoutAttempt(
  meta: DeliveryMeta,
  reason: DeadLetterReason,
  nowMs: number,
  last: { readonly lastStatus: number | null; readonly lastError: AttemptError | null } = {
    lastStatus: null,
    lastError: null,
  },
): DeliveryDied {
  const { lastStatus, lastError } = last;
  return { ...factBasis(meta, nowMs), fact: 'delivery.died', reason, lastStatus, lastError };
}

/** The message that brings a waiting delivery back into DELIVERIES: the next hop. */
export function putBack(fact: DeliveryDeferred | DeliveryReopened): DeliveryMeta {
  return {
    deliveryId: fact.deliveryId,
    endpointId: fact.endpointId,
    tenant: fact.tenant,
    eventId: fact.eventId,
    eventSeq: fact.eventSeq,
    type: fact.type,
    acceptedAtMs: fact.acceptedAtMs,
    hop: fact.hop + 1,
    attemptsMade: fact.attemptsMade,
    attemptsBeforeReopen: fact.attemptsBeforeReopen,
    apiVersion: fact.apiVersion,
    ...(fact.ordering ? { ordering: fact.ordering } : {}),
    ...(fact.reopenedAtMs === undefined ? {} : { reopenedAtMs: fact.reopenedAtMs }),
    ...(fact.fact === 'delivery.deferred' ? traceOf(fact) : {}),
  };
}

function factBasis(meta: DeliveryMeta, nowMs: number): Omit<DeliveryDiscarded, 'fact'> {
  return {
    v: 1,
    tenant: meta.tenant,
    eventId: meta.eventId,
    eventSeq: meta.eventSeq,
    type: meta.type,
    acceptedAtMs: meta.acceptedAtMs,
    atMs: nowMs,
    deliveryId: meta.deliveryId,
    endpointId: meta.endpointId,
    hop: meta.hop,
    attemptsMade: meta.attemptsMade,
    attemptsBeforeReopen: meta.attemptsBeforeReopen,
    apiVersion: meta.apiVersion,
    ...(meta.ordering ? { ordering: meta.ordering } : {}),
    ...(meta.reopenedAtMs === undefined ? {} : { reopenedAtMs: meta.reopenedAtMs }),
  };
}
