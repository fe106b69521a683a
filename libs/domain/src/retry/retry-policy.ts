import { backoffPolicy, type BackoffPolicy, type RetryPolicy } from '@postel/contracts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The waits of `{ preset: 'standard-webhooks' }`, in ms (Standard Webhooks, "Deliverability and reliability"). */
const standardWebhooksWaitsMs: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** What a schedule does not say, it takes from the default policy. */
const defaultRetryableStatuses: readonly number[] = backoffPolicy.parse({}).retryableStatuses;

/** Attempts that a policy allows, the first included, since the delivery was made or last reopened. */
export function maxAttempts(policy: RetryPolicy): number {
  if ('preset' in policy) return standardWebhooksWaitsMs.length + 1;
  if ('schedule' in policy) return policy.schedule.length + 1;
  return policy.maxAttempts;
}

/**
 * Whether a status is worth another attempt (contract: Answers of a receiver). 2xx and 410 never are; the preset
 * retries every other one; a backoff policy names its own; a schedule retries the default ones.
 */
export function isRetryableStatus(policy: RetryPolicy, status: number): boolean {
  if ((status >= 200 && status <= 299) || status === 410) return false;
  if ('preset' in policy) return true;
  const statuses = 'schedule' in policy ? defaultRetryableStatuses : policy.retryableStatuses;
  return statuses.includes(status);
}

export interface RetryMoment {
  /** Attempts that have failed since the delivery was made or last reopened, from 1. */
  readonly attemptsMade: number;
  /** 0 to 1, for the jitter. */
  readonly random: number;
  /** What the receiver asked for with `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The wait before the next attempt, in whole ms (contract: Answers of a receiver). A backoff waits
 * `initialDelayMs * multiplier^(n-1)`, at most `maxDelayMs`, plus 0 to `jitter` of that; preset and schedule wait what
 * they say, without jitter. With `Retry-After` it is the longer of the two, at most {@link longestRetryAfterMs}; that
 * bounds the jitter, too.
 * @returns `null` when the policy is exhausted
 */
export function nextRetryDelayMs(policy: RetryPolicy, moment: RetryMoment): number | null {
  if (moment.attemptsMade >= maxAttempts(policy)) return null;
  const waitMs = ownWaitMs(policy, moment);
  if (moment.retryAfterMs === undefined) return waitMs;
  return Math.min(Math.max(moment.retryAfterMs, waitMs), longestRetryAfterMs(policy));
}

function ownWaitMs(policy: RetryPolicy, { attemptsMade, random }: RetryMoment): number {
  const retriesBefore = Math.max(attemptsMade, 1) - 1;
  if ('preset' in policy) return standardWebhooksWaitsMs[retriesBefore] ?? 0;
  if ('schedule' in policy) return policy.schedule[retriesBefore] ?? 0;
  return backoffMs(policy, retriesBefore, random);
}

function backoffMs(policy: BackoffPolicy, retriesBefore: number, random: number): number {
  const grown = policy.initialDelayMs * policy.multiplier ** retriesBefore;
  const waitMs = Math.min(grown, policy.maxDelayMs);
  return Math.round(waitMs * (1 + policy.jitter * random));
}

/**
 * The wait after the 1st, 2nd, … attempt in whole ms, without jitter: to move what waits to another policy.
 * @returns one fewer than {@link maxAttempts}; empty when the policy retries nothing
 */
export function rescheduleDelays(policy: RetryPolicy): readonly number[] {
  return Array.from({ length: maxAttempts(policy) - 1 }, (_, index) =>
    ownWaitMs(policy, { attemptsMade: index + 1, random: 0 }),
  );
}

/**
 * How far `Retry-After` can put off an attempt, in ms: `maxDelayMs` of a backoff; 24 h for the preset; for a schedule
 * its longest wait, and one hour (the default `maxDelayMs`) when it has only shorter ones.
 */
export function longestRetryAfterMs(policy: RetryPolicy): number {
  if ('preset' in policy) return 24 * hour;
  if ('schedule' in policy) return Math.max(hour, ...policy.schedule);
  return policy.maxDelayMs;
}
