import type {
  AttemptRecord,
  DeliveryCreated,
  DeliveryFact,
  EventFannedOut,
  LiveDelivery,
  LogFact,
} from '@postel/contracts';
import {
  createdBy,
  deliveriesOf,
  evolveDelivery,
  finishedState,
  initialDelivery,
  type DeliveryState,
} from '@postel/domain';
import type { PositionedFact } from '@postel/jetstream';
import type { LiveMessage } from './live-message.js';
import type { LivePosition } from './live-position.js';

export interface DeliverySelection {
  readonly endpointId?: string | undefined;
  readonly takesType: (type: string) => boolean;
  readonly status?: string | undefined;
}

type KnownState = Exclude<DeliveryState, { status: 'none' }>;

/** What this answer has told of a delivery. */
interface Told {
  readonly state: DeliveryState;
  readonly createdAtMs?: number;
}

/** Of the deliveries that were told last: some hundred bytes each. */
const maxTold = 500;

/**
 * What becomes of deliveries, made of facts alone. A fact does not say all of its delivery: what those before it said is
 * remembered for a while, and with it a fact that comes twice is known.
 */
export class DeliveryMessages {
  private readonly told = new Map<string, Told>();

  constructor(
    private readonly selection: DeliverySelection,
    /** Of an endpoint as it is now. */
    private readonly urlOf: (endpointId: string) => string | undefined,
  ) {}

  *of({ seq, fact }: PositionedFact): Generator<LiveMessage> {
    if (!this.selection.takesType(fact.type)) return;
    switch (fact.fact) {
      case 'event.fanned_out':
      case 'delivery.created':
        yield* this.create(fact, seq);
        return;
      case 'delivery.succeeded':
      case 'delivery.deferred':
      case 'delivery.died':
      case 'delivery.reopened':
      case 'delivery.discarded':
        if (this.takesEndpoint(fact.endpointId)) yield* this.change(fact, { fact: seq, nth: Infinity });
        return;
      case 'event.unmatched':
      case 'event.invalid':
      case 'event.discarded':
      case 'event.erased':
        return; // of no delivery
    }
  }

  private *create(fact: EventFannedOut | DeliveryCreated, seq: number): Generator<LiveMessage> {
    const states = deliveriesOf(fact);
    for (const [nth, { deliveryId, endpointId }] of createdBy(fact).entries()) {
      // one that was told of already comes twice
      if (!this.takesEndpoint(endpointId) || this.told.has(deliveryId)) continue;
      const state = states.get(deliveryId) ?? initialDelivery;
      const position = { fact: seq, nth: fact.fact === 'delivery.created' ? Infinity : nth };
      yield* this.tell(deliveryId, { state, createdAtMs: fact.atMs }, fact, position);
    }
  }

  private *change(fact: DeliveryFact, position: LivePosition): Generator<LiveMessage> {
    const before = this.told.get(fact.deliveryId);
    const state = evolved(before?.state ?? initialDelivery, fact);
    // it was told before, or another owner of the partition had ended the same hop
    if (state === before?.state) return;
    yield* this.tell(fact.deliveryId, { ...before, state }, fact, position);
  }

  private *tell(
    deliveryId: string,
    told: Told,
    fact: LogFact,
    position: LivePosition,
  ): Generator<LiveMessage> {
    this.told.delete(deliveryId);
    this.told.set(deliveryId, told);
    if (this.told.size > maxTold) this.told.delete(this.told.keys().next().value as string);
    if (told.state.status === 'none') return;
    if (this.selection.status !== undefined && told.state.status !== this.selection.status) return;
    const attempt: AttemptRecord | undefined = 'attempt' in fact ? fact.attempt : undefined;
    const url = told.state.url ?? this.urlOf(told.state.delivery.endpointId) ?? '';
    const delivery = deliveryOf(told.state, url, told.createdAtMs);
    const data = { delivery, ...(attempt ? { attempt: attemptOf(attempt) } : {}) };
    yield { position, event: 'delivery', data };
  }

  private takesEndpoint(endpointId: string): boolean {
    return this.selection.endpointId === undefined || this.selection.endpointId === endpointId;
  }
}

function evolved(before: DeliveryState, fact: DeliveryFact): DeliveryState {
  // that it was dead before is known, though this answer has not told it
  if (before.status === 'none' && fact.fact === 'delivery.discarded')
    return { ...finishedState(fact, fact.atMs), status: 'discarded' };
  return evolveDelivery(before, fact);
}

function deliveryOf(state: KnownState, url: string, createdAtMs?: number): LiveDelivery['delivery'] {
  const { deliveryId, eventId, type, endpointId, acceptedAtMs } = state.delivery;
  return {
    id: deliveryId,
    eventId,
    type,
    endpointId,
    url,
    status: state.status,
    attempts: state.attempts,
    lastStatus: state.lastStatus,
    lastError: state.lastError && { code: state.lastError.code, message: state.lastError.message },
    nextAttemptAt: timeOf(state.nextAttemptAtMs),
    createdAt: new Date(createdAtMs ?? acceptedAtMs).toISOString(),
    completedAt: timeOf(state.completedAtMs),
  };
}

function attemptOf(attempt: AttemptRecord): LiveDelivery['attempt'] {
  const { number, startedAtMs, durationMs, response, error, outcome } = attempt;
  return {
    number,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs,
    status: response?.status ?? null,
    error: error ? { code: error.code, message: error.message } : null,
    outcome,
  };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
