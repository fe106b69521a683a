import { hopEndFilters, logFilter, type EventFannedOut, type LogFact } from '@postel/contracts';
import { readFactsSince, type Broker, type IncomingMessage } from '@postel/jetstream';

/** What the log says already of an event that is handed out again. */
export interface EarlierFanOut {
  /** Its fan-out, in its parts; none for an event that nobody wanted or that was refused. */
  readonly facts: readonly EventFannedOut[];
  /** Deliveries whose first hop has ended: they need no message any more. */
  readonly ended: ReadonlySet<string>;
}

/** Between the broker's clock and ours. */
const clockSkewMs = 10_000;

const filters = [
  ...['event.fanned_out', 'event.unmatched', 'event.invalid'].map(logFilter),
  ...hopEndFilters,
];

/**
 * What the log tells of events that may have been fanned out already: after a crash, of us or of the broker, an event can
 * come again whose fan-out is stored, perhaps with other endpoints than today's. What is in the log is true.
 *
 * It is read when an event comes again; and once for each connection, because a broker that was killed forgets
 * what it has handed out and hands it out as if for the first time. So in the usual case nothing is read.
 */
export class EarlierFanOuts {
  private readAtMs = 0;
  private before = new Map<number, EarlierFanOut>();

  constructor(private readonly broker: Broker) {}

  /** @returns by position in EVENTS; an event that the log does not know is left out */
  async of(batch: readonly IncomingMessage[]): Promise<ReadonlyMap<number, EarlierFanOut>> {
    const connectedAtMs = this.broker.connectedAtMs();
    const isFirst = this.readAtMs < connectedAtMs;
    if (isFirst) {
      const old = batch.filter(({ storedAtMs }) => storedAtMs <= connectedAtMs + clockSkewMs);
      this.before = old.length > 0 ? await this.read(old, () => true) : new Map<number, EarlierFanOut>();
      this.readAtMs = Date.now();
    }
    const again = batch.filter(({ isAgain }) => isAgain);
    if (isFirst || again.length === 0) return this.before;
    const wanted = new Set(again.map(({ seq }) => seq));
    return new Map([...this.before, ...(await this.read(again, (seq) => wanted.has(seq)))]);
  }

  private async read(
    batch: readonly IncomingMessage[],
    isWanted: (seq: number) => boolean,
  ): Promise<Map<number, EarlierFanOut>> {
    const firstSeq = Math.min(...batch.map(({ seq }) => seq));
    const told = new Map<number, { facts: Map<number, EventFannedOut>; ended: Set<string> }>();
    const note = (fact: LogFact): void => {
      if (fact.eventSeq < firstSeq || !isWanted(fact.eventSeq)) return;
      const earlier = told.get(fact.eventSeq) ?? { facts: new Map(), ended: new Set() };
      told.set(fact.eventSeq, earlier);
      if (fact.fact === 'event.fanned_out') earlier.facts.set(fact.part, fact);
      else if ('deliveryId' in fact) earlier.ended.add(fact.deliveryId);
    };
    const sinceMs = Math.min(...batch.map(({ storedAtMs }) => storedAtMs));
    await readFactsSince(this.broker, filters, sinceMs, note);
    const complete = [...told].filter(([, { facts, ended }]) => facts.size > 0 || ended.size === 0);
    return new Map(complete.map(([seq, { facts, ended }]) => [seq, { facts: [...facts.values()], ended }]));
  }
}
