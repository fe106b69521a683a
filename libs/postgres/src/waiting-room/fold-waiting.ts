import {
  partitionOf,
  type DeliveryCreated,
  type DeliveryDeferred,
  type DeliveryReopened,
} from '@postel/contracts';
import { askedWaitMs } from '@postel/domain';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import type { Effect, WaitingFact } from './follow-order.js';
import type { OrderingBook } from './ordering-book.js';
import { heldDueAtMs, type WaitingRow } from './waiting-row.js';

export interface NewWaiting extends WaitingRow {
  readonly partition: number;
  /** How long since it was deferred its receiver asked to be left alone, with `Retry-After`; undefined: it did not. */
  readonly askedWaitMs: number | undefined;
}

/** Rows that go: of this hop and below, and reopened after no more than so many attempts. */
export interface Ending {
  readonly deliveryId: string;
  readonly hop: number;
  readonly attemptsMade: number;
}

export interface FoldedWaiting {
  readonly ended: readonly Ending[];
  readonly waiting: readonly NewWaiting[];
}

/** A put-back has at least this hop, so a first hop that died can have no row. */
const firstPutBackHop = 2;
const anyInteger = 2 ** 31 - 1;

/**
 * What a batch of facts in log order leaves; the order of keys is kept in the book meanwhile.
 * @param nowMs what may go at once is due by then, whatever the clock says of who told of it
 */
export function foldWaiting(
  facts: readonly PositionedFact[],
  partitions: number,
  book: OrderingBook,
  nowMs: number,
): FoldedWaiting {
  const fold = new Fold(partitions, nowMs);
  for (const { fact } of facts) {
    switch (fact.fact) {
      case 'delivery.created':
      case 'delivery.deferred':
      case 'delivery.reopened':
      case 'delivery.succeeded':
      case 'delivery.died':
        fold.take(fact, book.follow(fact));
        break;
      case 'event.fanned_out':
      case 'event.unmatched':
      case 'event.invalid':
      case 'event.discarded':
      case 'event.erased':
      case 'delivery.discarded':
        break;
    }
  }
  return fold.result();
}

class Fold {
  readonly #waiting = new Map<string, NewWaiting>();
  readonly #diedHops = new Map<string, number>();
  /** Attempts with which deliveries succeeded: what was reopened since has at least as many behind it. */
  readonly #succeededAfter = new Map<string, number>();

  constructor(
    private readonly partitions: number,
    private readonly nowMs: number,
  ) {}

  take(fact: WaitingFact, effect: Effect): void {
    if (effect === 'none') return;
    switch (fact.fact) {
      case 'delivery.created':
      case 'delivery.deferred':
      case 'delivery.reopened':
        if (this.#isNews(fact)) this.#waiting.set(fact.deliveryId, this.#rowOf(fact, effect === 'held'));
        break;
      case 'delivery.succeeded': {
        const row = this.#waiting.get(fact.deliveryId);
        if (row && row.attemptsBeforeReopen < fact.attemptsMade) this.#waiting.delete(fact.deliveryId);
        raise(this.#succeededAfter, fact.deliveryId, fact.attemptsMade);
        break;
      }
      case 'delivery.died': {
        if (fact.hop < firstPutBackHop) break; // the common case: nothing of it ever waited
        const row = this.#waiting.get(fact.deliveryId);
        if (row && row.hop <= fact.hop) this.#waiting.delete(fact.deliveryId);
        raise(this.#diedHops, fact.deliveryId, fact.hop);
        break;
      }
    }
  }

  result(): FoldedWaiting {
    const ended = [
      ...[...this.#diedHops].map(([deliveryId, hop]) => ({ deliveryId, hop, attemptsMade: anyInteger })),
      ...[...this.#succeededAfter].map(([deliveryId, attemptsMade]) => ({
        deliveryId,
        hop: anyInteger,
        attemptsMade,
      })),
    ];
    return { ended, waiting: [...this.#waiting.values()] };
  }

  /** A fact of a hop that is past changes nothing, nor does one from before a success. */
  #isNews(fact: DeliveryCreated | DeliveryDeferred | DeliveryReopened): boolean {
    const { deliveryId, hop, attemptsBeforeReopen } = fact;
    if (attemptsBeforeReopen < (this.#succeededAfter.get(deliveryId) ?? 0)) return false;
    const endedHop = (this.#waiting.get(deliveryId)?.hop ?? 1) - 1;
    const diedHop = this.#diedHops.get(deliveryId) ?? 0;
    return hop > endedHop && (fact.fact === 'delivery.reopened' ? hop >= diedHop : hop > diedHop);
  }

  #rowOf(fact: DeliveryCreated | DeliveryDeferred | DeliveryReopened, isHeld: boolean): NewWaiting {
    const isDeferred = fact.fact === 'delivery.deferred';
    // a replay is as old as its order, not as its event
    const reopenedAtMs = isDeferred ? fact.reopenedAtMs : fact.atMs;
    const mayGoAtOnce = fact.dueAtMs <= fact.atMs;
    const dueAtMs = Math.min(fact.dueAtMs, mayGoAtOnce ? this.nowMs : heldDueAtMs - 1);
    return {
      deliveryId: fact.deliveryId,
      endpointId: fact.endpointId,
      tenant: fact.tenant,
      eventId: fact.eventId,
      eventSeq: fact.eventSeq,
      type: fact.type,
      acceptedAtMs: fact.acceptedAtMs,
      hop: fact.hop + 1,
      attemptsMade: fact.attemptsMade,
      attemptsBeforeReopen: fact.attemptsBeforeReopen,
      apiVersion: fact.apiVersion,
      dueAtMs: isHeld ? heldDueAtMs : dueAtMs,
      // when it is its turn it is due, but not before this
      deferredAtMs: isHeld ? dueAtMs : fact.atMs,
      lane: fact.lane,
      reason: isDeferred ? fact.reason : 'reopened',
      partition: partitionOf(fact.endpointId, this.partitions),
      askedWaitMs: isDeferred && fact.attempt ? askedWaitMs(fact.attempt, fact.atMs) : undefined,
      ...(fact.ordering ? { ordering: fact.ordering } : {}),
      ...(reopenedAtMs === undefined ? {} : { reopenedAtMs }),
      ...(isDeferred && fact.traceparent !== undefined ? { traceparent: fact.traceparent } : {}),
      ...(isDeferred && fact.formerAttempt !== undefined ? { formerAttempt: fact.formerAttempt } : {}),
    };
  }
}

function raise(numbers: Map<string, number>, id: string, to: number): void {
  if (to > (numbers.get(id) ?? 0)) numbers.set(id, to);
}
