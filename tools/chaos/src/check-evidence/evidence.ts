import type { ConservationAnswer } from '@postel/contracts';
import type { EndpointName } from '../endpoint-names.js';
import type { ProducerRecord } from '../publish-events/producer-journal.js';
import type { StoredEvent, StoredFact } from '../read-log/stream-reader.js';
import type { DeadLetterRow, DeliveryRow } from '../read-tables/tables.js';
import type { RequestRecord } from '../receive-requests/receiver-journal.js';
import type { Disturbance } from '../start-stack/disturbance.js';

/** What happened, from sources that know nothing of each other. */
export interface Evidence {
  /** The producer's journal. */
  readonly producer: readonly ProducerRecord[];
  /** The receivers' journal. */
  readonly requests: readonly RequestRecord[];
  /** The broker's streams. */
  readonly events: readonly StoredEvent[];
  readonly facts: readonly StoredFact[];
  /** The tables, by the API. */
  readonly deliveries: readonly DeliveryRow[];
  readonly deadLetters: readonly DeadLetterRow[];
  /** The numbers that stand in a delivery's attempts; of deliveries to ordered endpoints, by their ids. */
  readonly sequences: ReadonlyMap<string, readonly (string | null)[]>;
  /** What Postel itself counts, by the log. */
  readonly conservation: ConservationAnswer;
  /** What Postel said did not add up, at any time. */
  readonly alarms: readonly string[];
  /** By the id that Postel gave. */
  readonly endpoints: ReadonlyMap<string, EndpointName>;
  /** What we did, and what processes did to themselves. */
  readonly disturbances: readonly Disturbance[];
}

export interface Allowance {
  /**
   * Requests that a receiver may get again. `in-flight`: those of attempts that were in flight when a deliverer was
   * killed, which is none where none was. `any`: two deliverers may have worked on the same.
   */
  readonly duplicates: 'in-flight' | 'any';
  /** The fault must have been felt at the HTTP door. */
  readonly mustRefuse: boolean;
}
