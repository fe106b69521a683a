import type { DeliveryFact, LogFact } from '@postel/contracts';
import type { StoredFact } from './stream-reader.js';

export type Fate = 'fanned_out' | 'unmatched' | 'invalid';
export type LogStatus = 'pending' | 'retrying' | 'succeeded' | 'dead' | 'discarded';

export interface LoggedDelivery {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly endpointId: string;
}

interface StoredOutcome {
  readonly fact: DeliveryFact;
  readonly storedAtMs: number;
}

/**
 * What the log says, reckoned from its facts alone. A fact may stand there twice; of several for one hop a success
 * counts, whoever wrote the others.
 */
export class LogView {
  /** By the event's position in EVENTS. */
  readonly fates = new Map<number, Set<Fate>>();
  readonly created = new Map<string, LoggedDelivery>();
  private readonly outcomes = new Map<string, StoredOutcome[]>();

  constructor(facts: Iterable<StoredFact>) {
    for (const { fact, storedAtMs } of facts) this.add(fact, storedAtMs);
  }

  /** Deliveries with outcomes that no fan-out made. */
  strangers(): string[] {
    return [...this.outcomes.keys()].filter((id) => !this.created.has(id));
  }

  outcomesOf(deliveryId: string): readonly StoredOutcome[] {
    return this.outcomes.get(deliveryId) ?? [];
  }

  statusOf(deliveryId: string): LogStatus {
    const facts = this.outcomesOf(deliveryId).map(({ fact }) => fact);
    if (facts.length === 0) return 'pending';
    if (facts.some(({ fact }) => fact === 'delivery.succeeded')) return 'succeeded';
    const lastHop = Math.max(...facts.map(({ hop }) => hop));
    const names = new Set(facts.filter(({ hop }) => hop === lastHop).map(({ fact }) => fact));
    if (names.has('delivery.discarded')) return 'discarded';
    if (names.has('delivery.reopened')) return 'retrying';
    if (names.has('delivery.died')) return 'dead';
    // what is held before its first attempt is not retried yet
    return facts.some((fact) => 'attempt' in fact && fact.attempt) ? 'retrying' : 'pending';
  }

  isEnded(deliveryId: string): boolean {
    const status = this.statusOf(deliveryId);
    return status !== 'pending' && status !== 'retrying';
  }

  /** When outcomes of this attempt, or of a later one, were stored. */
  settledAtMs(deliveryId: string, attempt: number): number[] {
    return this.outcomesOf(deliveryId)
      .filter(({ fact }) => 'attempt' in fact && (fact.attempt?.number ?? 0) >= attempt)
      .map(({ storedAtMs }) => storedAtMs);
  }

  private add(fact: LogFact, storedAtMs: number): void {
    switch (fact.fact) {
      case 'event.fanned_out':
        this.addFate(fact.eventSeq, 'fanned_out');
        for (const { deliveryId, endpointId } of fact.deliveries) {
          this.created.set(deliveryId, { deliveryId, endpointId, eventId: fact.eventId });
        }
        break;
      case 'event.discarded':
      case 'event.erased':
        return;
      case 'delivery.created': {
        const { deliveryId, endpointId, eventId } = fact;
        this.created.set(deliveryId, { deliveryId, endpointId, eventId });
        return;
      }
      case 'event.unmatched':
        return this.addFate(fact.eventSeq, 'unmatched');
      case 'event.invalid':
        return this.addFate(fact.eventSeq, 'invalid');
      case 'delivery.succeeded':
      case 'delivery.deferred':
      case 'delivery.died':
      case 'delivery.reopened':
      case 'delivery.discarded': {
        const outcomes = this.outcomes.get(fact.deliveryId);
        if (outcomes) outcomes.push({ fact, storedAtMs });
        else this.outcomes.set(fact.deliveryId, [{ fact, storedAtMs }]);
      }
    }
  }

  private addFate(eventSeq: number, fate: Fate): void {
    this.fates.set(eventSeq, (this.fates.get(eventSeq) ?? new Set()).add(fate));
  }
}
