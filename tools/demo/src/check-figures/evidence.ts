import type { components } from '@postel/client';

type Schemas = components['schemas'];

/** Of what the API answers, what the demo looks at. */
export type Delivery = Pick<Schemas['Delivery'], 'id' | 'eventId' | 'status' | 'attempts'>;
export type DeadLetter = Pick<Schemas['DeadLetter'], 'id' | 'deliveryId' | 'eventId' | 'reason'>;
type Stats = Pick<
  Schemas['Stats'],
  'totalDeliveries' | 'successfulDeliveries' | 'failedDeliveries' | 'deadLetters'
>;
type Endpoint = Pick<Schemas['Endpoint'], 'id' | 'status' | 'disabledReason' | 'metadata'>;
import type { Ending } from '../manage-endpoints/scenes.js';
import type { Seen } from '../receive-requests/seen-events.js';

/** Of one endpoint, from three sources that know nothing of each other. */
export interface EndpointEvidence {
  readonly name: string;
  readonly ending: Ending;
  /** The producers: events acknowledged to them that are for this endpoint. */
  readonly accepted: ReadonlySet<string>;
  /** Likewise, but sent when the endpoint was known to be disabled. */
  readonly acceptedLate: ReadonlySet<string>;
  /** The receiver. */
  readonly seen: Seen;
  /** The API. */
  readonly deliveries: readonly Delivery[];
  readonly deadLetters: readonly DeadLetter[];
  /** Null where other producers' events count too. */
  readonly stats: Stats | null;
  readonly endpoint: Pick<Endpoint, 'status' | 'disabledReason'>;
}

export interface Evidence {
  readonly sent: number;
  /** Event id to the moment of its acknowledgement. */
  readonly acceptedAtMs: ReadonlyMap<string, number>;
  /** Ids of this run's events that the API lists. */
  readonly listed: readonly string[];
  readonly endpoints: readonly EndpointEvidence[];
}
