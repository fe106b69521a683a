import type { EventFannedOut } from '@postel/contracts';
import type { PositionedFact } from '@postel/jetstream';

/** An event that was fanned out, with all that is known of it. */
interface HeldEvent {
  readonly facts: PositionedFact[];
  readonly deliveryIds: Set<string>;
  /** Deliveries that have not had their first outcome. */
  readonly open: Set<string>;
}

/**
 * Holds back what is known of events of which a delivery has not had its first outcome: together with that its row is
 * written once, instead of written and changed, which costs more than twice as much.
 */
export class HeldEvents {
  /** In log order. */
  readonly #events = new Set<HeldEvent>();
  readonly #byDelivery = new Map<string, HeldEvent>();
  #facts = 0;

  /** @param maxFacts held at once; beyond that the oldest are let go */
  constructor(private readonly maxFacts: number) {}

  /** The first fact of all that is held. */
  get oldest(): PositionedFact | undefined {
    const [first] = this.#events;
    return first?.facts[0];
  }

  clear(): void {
    this.#events.clear();
    this.#byDelivery.clear();
    this.#facts = 0;
  }

  /**
   * @param facts what follows in the log
   * @param mayHold whether such an event may be held back at all; once not, then those before it neither
   * @returns what is not held, or not any longer, in log order
   */
  read(
    facts: readonly PositionedFact[],
    mayHold: (fanOut: PositionedFact) => boolean,
  ): readonly PositionedFact[] {
    const ready: PositionedFact[] = [];
    // an outcome may come before its event in the same batch
    const ended = new Set<string>();
    for (const { fact } of facts) if ('deliveryId' in fact) ended.add(fact.deliveryId);
    for (const positioned of facts) {
      const { fact } = positioned;
      const event = 'deliveryId' in fact ? this.#byDelivery.get(fact.deliveryId) : undefined;
      if (event && 'deliveryId' in fact) this.#follow(event, positioned, fact.deliveryId, ready);
      else if (fact.fact !== 'event.fanned_out' || !this.#hold(positioned, fact, ended))
        ready.push(positioned);
    }
    for (const event of this.#events) {
      const [fanOut] = event.facts as [PositionedFact];
      if (this.#facts <= this.maxFacts && mayHold(fanOut)) break;
      this.#letGo(event, ready);
    }
    return ready.sort((a, b) => a.seq - b.seq);
  }

  /** A fan-out that was repeated belongs to the first. */
  #hold(positioned: PositionedFact, { deliveries }: EventFannedOut, ended: ReadonlySet<string>): boolean {
    const first = deliveries.find(({ deliveryId }) => this.#byDelivery.has(deliveryId));
    const known = first && this.#byDelivery.get(first.deliveryId);
    if (!known && deliveries.every(({ deliveryId }) => ended.has(deliveryId))) return false;
    const event = known ?? { facts: [], deliveryIds: new Set(), open: new Set() };
    this.#events.add(event);
    this.#add(event, positioned);
    for (const { deliveryId } of deliveries) {
      if (this.#byDelivery.has(deliveryId)) continue;
      this.#byDelivery.set(deliveryId, event);
      event.deliveryIds.add(deliveryId);
      if (!ended.has(deliveryId)) event.open.add(deliveryId);
    }
    return true;
  }

  #add(event: HeldEvent, positioned: PositionedFact): void {
    event.facts.push(positioned);
    this.#facts += 1;
  }

  #follow(event: HeldEvent, positioned: PositionedFact, deliveryId: string, ready: PositionedFact[]): void {
    this.#add(event, positioned);
    event.open.delete(deliveryId);
    if (event.open.size === 0) this.#letGo(event, ready);
  }

  #letGo(event: HeldEvent, ready: PositionedFact[]): void {
    this.#events.delete(event);
    this.#facts -= event.facts.length;
    for (const positioned of event.facts) ready.push(positioned);
    for (const deliveryId of event.deliveryIds) this.#byDelivery.delete(deliveryId);
  }
}
