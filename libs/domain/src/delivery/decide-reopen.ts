import type {
  DeliveryDiscarded,
  DeliveryReopened,
  EndpointStatus,
  ErrorCode,
  Refusal,
} from '@postel/contracts';
import { factBasisOf, type DeliveryState } from './delivery-state.js';

export interface ReopenDelivery {
  readonly by: DeliveryReopened['by'];
  /** Who asked for it. */
  readonly actor: string;
  readonly nowMs: number;
}

export type ReopenDecision =
  { readonly ok: true; readonly fact: DeliveryReopened } | { readonly ok: false; readonly refusal: Refusal };

/**
 * Whether a delivery may be attempted anew, now: `retry`, `redrive` and `recover` (contract: HTTP API). The retry policy
 * starts over. A retry comes back on its own lane, the others behind live traffic.
 *
 * Refused: `delivery_not_found`; `endpoint_not_found` after the endpoint's deletion; `endpoint_not_active` while it is
 * paused or disabled (what is recovered for a paused one waits for it, as new deliveries do); `delivery_not_finished` while the delivery is under way; `dead_letter_not_found` for the redrive
 * or recover of one that was discarded.
 */
export function decideReopen(
  command: ReopenDelivery,
  state: DeliveryState,
  endpointStatus: EndpointStatus['status'] | 'deleted',
): ReopenDecision {
  if (state.status === 'none') return refused('delivery_not_found');
  if (endpointStatus === 'deleted') return refused('endpoint_not_found');
  const mayWait = endpointStatus === 'paused' && command.by === 'recover';
  if (endpointStatus !== 'active' && !mayWait)
    return refused('endpoint_not_active', `the endpoint is ${endpointStatus}`);
  if (state.status === 'pending' || state.status === 'retrying') {
    return refused('delivery_not_finished', `the delivery is ${state.status}`);
  }
  if (state.status === 'discarded' && command.by !== 'retry') return refused('dead_letter_not_found');
  const { by, actor, nowMs } = command;
  return {
    ok: true,
    fact: {
      ...factBasisOf(state),
      fact: 'delivery.reopened',
      atMs: nowMs,
      attemptsBeforeReopen: state.attempts,
      by,
      actor,
      dueAtMs: nowMs,
      lane: by === 'retry' ? 'retry' : 'bulk',
    },
  };
}

export type DiscardDecision =
  { readonly ok: true; readonly fact: DeliveryDiscarded } | { readonly ok: false; readonly refusal: Refusal };

/** Whether a dead letter may be deleted: `dead_letter_not_found` when the delivery is not dead. */
export function decideDiscard(state: DeliveryState, actor: string, nowMs: number): DiscardDecision {
  if (state.status !== 'dead') return refused('dead_letter_not_found');
  return { ok: true, fact: { ...factBasisOf(state), fact: 'delivery.discarded', atMs: nowMs, actor } };
}

function refused(code: ErrorCode, detail?: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: detail === undefined ? { code } : { code, detail } };
}
