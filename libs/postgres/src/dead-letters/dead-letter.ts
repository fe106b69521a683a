import type { ApiVersion, AttemptError, DeadLetterReason, DeliveryOrdering } from '@postel/contracts';
import type { PageRequest } from '../connection/page.js';

/** A dead letter as the API shows it; `deliveryId` and `endpointId` are null for an event that was not understood. */
export interface DeadLetter {
  readonly id: string;
  readonly deliveryId: string | null;
  readonly eventId: string;
  readonly endpointId: string | null;
  readonly reason: DeadLetterReason;
  readonly lastStatus: number | null;
  readonly lastError: (AttemptError & { readonly path?: string }) | null;
  readonly attempts: number;
  readonly lastAttemptAt: string | null;
  readonly createdAt: string;
}

/** Of a dead delivery: what a `delivery.reopened` or `delivery.discarded` fact is made of. */
export interface DeadDelivery {
  readonly reason: DeadLetterReason;
  readonly deadLetterId: string;
  readonly deliveryId: string;
  readonly tenant: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventSeq: number;
  readonly type: string;
  readonly acceptedAtMs: number;
  readonly hop: number;
  readonly attemptsMade: number;
  readonly attemptsBeforeReopen: number;
  readonly apiVersion: ApiVersion;
  readonly ordering?: DeliveryOrdering;
}

/** Of an event that was not understood: what came in, and where it is wrong. */
export interface InvalidEvent {
  readonly eventId: string;
  readonly eventSeq: number;
  readonly type: string;
  readonly acceptedAtMs: number;
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
  /** Null when nobody had the bytes at hand. */
  readonly raw: RawMessage | null;
}

/** A message of EVENTS as it came. */
export interface RawMessage {
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
}

export interface DeadLetterSelection {
  readonly reason?: DeadLetterReason | undefined;
  readonly endpointId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly type?: string | undefined;
  /** Died at or after. */
  readonly sinceMs?: number | undefined;
  /** Died before. */
  readonly untilMs?: number | undefined;
  /** Its event was accepted at or after. */
  readonly acceptedSinceMs?: number | undefined;
  /** Its event was accepted before. */
  readonly acceptedUntilMs?: number | undefined;
}

/** With its place among the others: the position in LOG of its death. */
export interface PagedDeadDelivery extends DeadDelivery {
  readonly logSeq: number;
}

/** Some of what a selection takes, oldest first. */
export interface DeadLetterRound {
  readonly deliveries: readonly DeadDelivery[];
  readonly invalid: readonly InvalidEvent[];
  /** Position in the log of the last of them; null: there were none. */
  readonly lastSeq: number | null;
}

export interface DeadLetterFilter extends DeadLetterSelection, PageRequest {}
