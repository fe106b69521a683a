import type { EndpointName } from '../endpoint-names.js';

/** One request, written down and synced before it is answered. */
export interface RequestRecord {
  readonly endpoint: EndpointName;
  readonly eventId: string;
  readonly deliveryId: string;
  /** By its header, from 1. */
  readonly attempt: number;
  /** By its id; `null` without one. */
  readonly orderingKey: string | null;
  /** By its header `webhook-sequence`; `null` without one. */
  readonly sequence: number | null;
  /** When it was there, and when its answer was decided; both by this machine's clock. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly status: number;
  /** Why a signature does not hold, by standardwebhooks or of the other family; `null` when both do. */
  readonly badSignature: string | null;
  /** What of the body is not as its producer sent it; `null` when all is. */
  readonly badBody: string | null;
}
