import type { ConservationFigures, EventLedgerState, LedgerDelivery } from '@postel/domain';

/** Where the count stands. */
export interface ConservationState extends EventLedgerState {
  /** Of events that were accepted before, the log may not have everything. */
  readonly sinceMs: number;
  /** Position in EVENTS up to which it has been read. */
  readonly eventsRead: number;
  readonly lost: ReadonlyMap<number, string>;
}

/** An event of which the log does not tell what became. */
export interface LostEvent {
  readonly seq: number;
  readonly tenant: string;
  /** `null` when it could not be read. */
  readonly eventId: string | null;
  readonly type: string;
}

/** What is stored together, with the position in LOG. */
export interface ConservationChanges {
  readonly sinceMs: number;
  readonly eventsRead: number;
  readonly logRead: number;
  readonly events: EventLedgerState;
  readonly figures: ReadonlyMap<string, ConservationFigures>;
  /** Of every tenant that has any. */
  readonly awaiting: ReadonlyMap<string, number>;
  readonly kept: readonly LedgerDelivery[];
  readonly gone: readonly string[];
  readonly lost: readonly LostEvent[];
  /** Of positions that were lost. */
  readonly found: readonly number[];
  /** All has been read that was there when it was looked. */
  readonly atMs: number;
}

/** An open delivery that neither waits nor is known to be in DELIVERIES. */
export interface SuspectDelivery {
  readonly deliveryId: string;
  readonly tenant: string;
  readonly hop: number;
}

export interface Suspects {
  readonly deliveries: readonly SuspectDelivery[];
  /** Where to go on; `''`: at the beginning. */
  readonly next: string;
}

export interface ConservationCounts extends ConservationFigures {
  readonly awaiting: number;
  readonly missing: number;
  readonly missingPending: number;
}

export interface ConservationReport {
  readonly counts: ConservationCounts;
  readonly eventsRead: number;
  readonly logRead: number;
  readonly checkedAt: string;
  /** The first few. */
  readonly lost: readonly LostEvent[];
  readonly missingDeliveryIds: readonly string[];
}
