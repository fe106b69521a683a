import { TimedPositions, type TimedPosition } from '../positions/time-positions.js';
import { StatsDeltas } from '../stats/stats-deltas.js';
import { countNew } from './count-deliveries.js';
import {
  follow,
  freshBy,
  isOfEvent,
  type NewDelivery,
  type PositionedDeliveryFact,
  type PositionedFact,
} from './fold-deliveries.js';
import { attemptsToCopy, countMade } from './write-attempts.js';
import { deliveriesToCopy } from './write-deliveries.js';

/** What facts come to, if no delivery and no attempt that they tell of is there yet. */
export interface PlannedFacts {
  /** What COPY is to read; null: there are none. */
  readonly deliveries: Uint8Array | null;
  readonly attempts: Uint8Array | null;
  /** Of deliveries that were created before, or stand in `deliveries`: what came after that. */
  readonly later: readonly PositionedDeliveryFact[];
  /** Without what `later` changes. */
  readonly stats: StatsDeltas;
  readonly createdAt: readonly TimedPosition[];
  /** Some time of each day of acceptance. */
  readonly acceptedAtMs: readonly number[];
  readonly eventSeqs: ReadonlySet<number>;
}

const dayMs = 86_400_000;

/**
 * Makes rows of facts as they are read. What is left are bytes: facts kept as objects until they are written were most of
 * what the garbage collector had to do, which was a fifth of what writing the tables cost.
 */
export class FactsPlan {
  /** Deliveries that are not over: what follows in the same batch goes into their row. */
  readonly #open = new Map<string, NewDelivery>();
  readonly #deliveries = deliveriesToCopy();
  readonly #attempts = attemptsToCopy();
  readonly #later: PositionedDeliveryFact[] = [];
  readonly #stats = new StatsDeltas();
  readonly #createdAt = new TimedPositions();
  readonly #days = new Set<number>();
  readonly #eventSeqs = new Set<number>();
  #failed = false;

  /** What follows in the log; the facts of a delivery in their order. */
  read(facts: readonly PositionedFact[]): void {
    if (this.#failed) return;
    try {
      for (const { seq, fact } of facts) this.#take(seq, fact);
    } catch {
      this.#failed = true; // the writing finds out what cannot be written
    }
  }

  /** @returns null: something cannot be written */
  end(): PlannedFacts | null {
    try {
      for (const fresh of this.#open.values()) this.#write(fresh);
    } catch {
      this.#failed = true;
    }
    if (this.#failed) return null;
    return {
      deliveries: this.#deliveries.isEmpty ? null : this.#deliveries.end(),
      attempts: this.#attempts.isEmpty ? null : this.#attempts.end(),
      later: this.#later,
      stats: this.#stats,
      createdAt: this.#createdAt.all(),
      acceptedAtMs: [...this.#days].map((day) => day * dayMs),
      eventSeqs: this.#eventSeqs,
    };
  }

  #take(seq: number, fact: PositionedFact['fact']): void {
    this.#eventSeqs.add(fact.eventSeq);
    if (fact.fact === 'event.fanned_out' || fact.fact === 'delivery.created') {
      this.#days.add(Math.floor(fact.acceptedAtMs / dayMs));
      for (const fresh of freshBy(seq, fact)) {
        const { deliveryId } = fresh.delivery;
        if (!this.#open.has(deliveryId)) this.#open.set(deliveryId, fresh);
      }
    } else if (!isOfEvent(fact)) {
      const fresh = this.#open.get(fact.deliveryId);
      if (fresh) follow(fresh, seq, fact);
      else this.#later.push({ seq, fact });
      if (fresh && fresh.state.completedAtMs !== null) {
        this.#open.delete(fact.deliveryId);
        this.#write(fresh);
      }
      const attempt = 'attempt' in fact ? fact.attempt : undefined;
      if (!attempt) return;
      this.#days.add(Math.floor(fact.acceptedAtMs / dayMs));
      this.#attempts.add({ seq, fact, attempt });
      countMade(this.#stats, { seq, fact, attempt });
    }
  }

  #write(fresh: NewDelivery): void {
    this.#deliveries.add(fresh);
    this.#createdAt.add(fresh.fact.atMs, fresh.seq);
    countNew(this.#stats, fresh);
  }
}
