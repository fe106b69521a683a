import type { AttemptRecord } from '@postel/contracts';
import type { DeliveryState } from '../delivery/delivery-state.js';
import { LatencyHistogram } from './latency-histogram.js';

/** What is counted of an attempt; as it is stored, too. */
export interface CountedAttempt {
  readonly durationMs: number;
  readonly outcome: AttemptRecord['outcome'];
  readonly responseStatus: number | null;
  readonly errorCode: string | null;
}

type Status = Exclude<DeliveryState['status'], 'none'>;

/** A receiver may answer with any status: more than these of one stretch of time are told together. */
const maxErrorKinds = 64;
export const otherErrors = 'other';
const maxErrorLength = 64;

/**
 * What was counted of deliveries and attempts over a stretch of time. Sums of figures are figures, and what was counted
 * can be taken back, so that it makes no difference in which parts facts came.
 */
export class DeliveryFigures {
  created = 0;
  succeeded = 0;
  /** Dead, or discarded after they died. */
  failed = 0;
  /** Dead now. */
  deadLetters = 0;
  attempts = 0;
  /** Whole microseconds: their sum is the same in any order. */
  durationUs = 0;
  readonly latencies = new LatencyHistogram();
  /** Failed attempts, by HTTP status or error code. */
  readonly errors = new Map<string, number>();

  /** A delivery has, or (-1) no longer has, this status. */
  countStatus(status: Status, times: 1 | -1): void {
    if (status === 'succeeded') this.succeeded += times;
    if (status === 'dead' || status === 'discarded') this.failed += times;
  }

  countAttempt(attempt: CountedAttempt, times: 1 | -1): void {
    this.attempts += times;
    this.durationUs += times * Math.round(attempt.durationMs * 1_000);
    this.latencies.add(attempt.durationMs, times);
    if (attempt.outcome !== 'succeeded') this.countError(errorOf(attempt), times);
  }

  countError(error: string, times: number): void {
    const count = (this.errors.get(error) ?? 0) + times;
    if (count === 0) this.errors.delete(error);
    else this.errors.set(error, count);
  }

  add(other: DeliveryFigures): void {
    this.#addCounts(other);
    for (const [error, count] of other.errors) this.countError(error, count);
  }

  /** As {@link add}, for what is kept: the number of its kinds of errors stays bounded. */
  addBounded(other: DeliveryFigures): void {
    this.#addCounts(other);
    for (const [error, count] of other.errors) {
      const hasRoom = this.errors.has(error) || this.errors.size < maxErrorKinds;
      this.countError(hasRoom ? error : otherErrors, count);
    }
  }

  #addCounts(other: DeliveryFigures): void {
    this.created += other.created;
    this.succeeded += other.succeeded;
    this.failed += other.failed;
    this.deadLetters += other.deadLetters;
    this.attempts += other.attempts;
    this.durationUs += other.durationUs;
    this.latencies.merge(other.latencies);
  }
}

/** An error after a good status (a body that never ended) counts as that error. */
function errorOf({ responseStatus, errorCode }: CountedAttempt): string {
  const isGood = responseStatus !== null && responseStatus >= 200 && responseStatus <= 299;
  const error = isGood ? (errorCode ?? responseStatus) : (responseStatus ?? errorCode);
  return error === null ? 'unknown' : String(error).slice(0, maxErrorLength);
}
