import type { DeferReason, DeliveryMeta, Lane } from '@postel/contracts';

/** Why a delivery waits: its last deferral, or that someone reopened it. */
export type WaitingReason = DeferReason | 'reopened';

/** A delivery that waits; `hop` is the one that its put-back will have. */
export interface WaitingRow extends DeliveryMeta {
  readonly dueAtMs: number;
  readonly lane: Lane;
  readonly reason: WaitingReason;
}
