import { deferReasons, type DeliveryMeta, type Lane } from '@postel/contracts';

/** Why a delivery waits: its last deferral, or that someone reopened it. */
export const waitingReasons = [...deferReasons, 'reopened'] as const;
export type WaitingReason = (typeof waitingReasons)[number];

/** A delivery that waits; `hop` is the one that its put-back will have. */
export interface WaitingRow extends DeliveryMeta {
  readonly dueAtMs: number;
  /** When it began to wait; of a row that is held and not for its turn alone, before when it is not due. */
  readonly deferredAtMs: number;
  readonly lane: Lane;
  readonly reason: WaitingReason;
}

/**
 * The due time of a row that is held: it has no time of its own, an earlier event of its ordering key has to end first.
 * A time, so that no query of what is due ever meets it.
 */
export const heldDueAtMs = Number.MAX_SAFE_INTEGER;
