import type {
  ApiVersion,
  AttemptError,
  AttemptRecord,
  AttemptTiming,
  DeliveryOrdering,
} from '@postel/contracts';
import type { PageRequest } from '../connection/page.js';

export const deliveryStatuses = ['pending', 'retrying', 'succeeded', 'dead', 'discarded'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** A delivery as the API shows it; times are ISO 8601 UTC. */
export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly endpointId: string;
  readonly url: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: AttemptError | null;
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly completedAt: string | null;
}

/** An attempt as the API shows it. */
export interface Attempt {
  readonly number: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly timing: AttemptTiming;
  readonly request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Not stored with the attempt: it is the event's payload in the endpoint's version. */
    readonly body: null;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly truncated: boolean;
  } | null;
  readonly error: AttemptError | null;
  readonly outcome: AttemptRecord['outcome'];
}

/** What a `delivery.reopened` or `delivery.discarded` fact is made of. */
export interface DeliveryState {
  readonly deliveryId: string;
  readonly tenant: string;
  readonly endpointId: string;
  readonly url: string;
  readonly eventId: string;
  readonly eventSeq: number;
  readonly type: string;
  readonly acceptedAtMs: number;
  readonly status: DeliveryStatus;
  /** The last hop that ended; 0 while the first is under way. */
  readonly hop: number;
  readonly attemptsMade: number;
  readonly attemptsBeforeReopen: number;
  readonly apiVersion: ApiVersion;
  readonly ordering?: DeliveryOrdering;
}

export interface DeliveryFilter extends PageRequest {
  readonly status?: DeliveryStatus | undefined;
  readonly endpointId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly type?: string | undefined;
  /** Created at or after. */
  readonly sinceMs?: number | undefined;
  /** Created before. */
  readonly untilMs?: number | undefined;
}
