import type { EventFannedOut } from '@postel/contracts';
import type { PositionedFact } from '@postel/jetstream';

/** An event that was fanned out, with all that is known of it. There may be many thousands: it is small. */
interface HeldEvent {
  readonly facts: PositionedFact[];
  readonly deliveryIds: string[];
  /** Deliveries that have had their first outcome, where others have not. */
  ended: Set<string> | null;
}

/**
 * Holds back what is known of events of which a delivery has not had its first outcome: together with that its row is
 * written once, instead of written and changed, which costs more than twice as much.
 */
export class HeldEvents {
  /** In log order. */
  readonly #events = new Set<HeldEvent>();
  readonly #byDelivery = new Map<string, HeldEvent>();
  /** Deliveries of which the batch told an outcome while nothing was known of them. */
  readonly #ended = new Set<string>();
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
    this.#ended.clear();
    this.#facts = 0;
  }

  /** @param facts what follows in the log @returns what is not held, or not any longer, in log order */
  read(facts: readonly PositionedFact[]): readonly PositionedFact[] {
    const ready: PositionedFact[] = [];
    for (const positioned of facts) {
      const { fact } = positioned;
      const event = 'deliveryId' in fact ? this.#byDelivery.get(fact.deliveryId) : undefined;
      if (event && 'deliveryId' in fact) this.#follow(event, positioned, fact.deliveryId, ready);
      else if (fact.fact !== 'event.fanned_out' || !this.#hold(positioned, fact)) ready.push(positioned);
      if (!event && 'deliveryId' in fact) this.#ended.add(fact.deliveryId);
    }
    return inOrder(ready);
  }

  /**
   * Ends a batch of readings.
   * @param mayHold whether such an event may be held back at all; once not, then those before it neither
   * @returns what is held no longer, in log order
   */
  end(mayHold: (fanOut: PositionedFact) => boolean): readonly PositionedFact[] {
    this.#ended.clear();
    const ready: PositionedFact[] = [];
    for (const event of this.#events) {
      const [fanOut] = event.facts as [PositionedFact];
      if (this.#facts <= this.maxFacts && mayHold(fanOut)) break;
      this.#letGo(event, ready);
    }
    return inOrder(ready);
  }

  #hold(positioned: PositionedFact, { deliveries }: EventFannedOut): boolean {
    const ids = deliveries.map(({ deliveryId }) => deliveryId);
    const again = ids.find((id) => this.#byDelivery.has(id));
    const first = again === undefined ? undefined : this.#byDelivery.get(again);
    if (first) {
      this.#addRepeated(first, positioned, ids);
      return true;
    }
    const ended = this.#ended.size === 0 ? [] : ids.filter((id) => this.#ended.has(id));
    if (ended.length === ids.length) return false;
    const event: HeldEvent = {
      facts: [positioned],
      deliveryIds: ids,
      ended: ended.length === 0 ? null : new Set(ended),
    };
    this.#events.add(event);
    this.#facts += 1;
    for (const id of ids) this.#byDelivery.set(id, event);
    return true;
  }

  /** A fan-out that was repeated belongs to the first. */
  #addRepeated(event: HeldEvent, positioned: PositionedFact, ids: readonly string[]): void {
    this.#add(event, positioned);
    for (const id of ids) {
      if (this.#byDelivery.has(id)) continue;
      this.#byDelivery.set(id, event);
      event.deliveryIds.push(id);
      if (this.#ended.has(id)) (event.ended ??= new Set()).add(id);
    }
  }

  #add(event: HeldEvent, positioned: PositionedFact): void {
    event.facts.push(positioned);
    this.#facts += 1;
  }

  #follow(event: HeldEvent, positioned: PositionedFact, deliveryId: string, ready: PositionedFact[]): void {
    this.#add(event, positioned);
    if (event.deliveryIds.length === 1) return this.#letGo(event, ready);
    event.ended ??= new Set();
    event.ended.add(deliveryId);
    if (event.ended.size === event.deliveryIds.length) this.#letGo(event, ready);
  }

  #letGo(event: HeldEvent, ready: PositionedFact[]): void {
    this.#events.delete(event);
    this.#facts -= event.facts.length;
    for (const positioned of event.facts) ready.push(positioned);
    for (const deliveryId of event.deliveryIds) this.#byDelivery.delete(deliveryId);
  }
}

function inOrder(facts: PositionedFact[]): readonly PositionedFact[] {
  return facts.sort((a, b) => a.seq - b.seq);
}
