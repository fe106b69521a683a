import {
  dispatcherConsumer,
  hopEndFilters,
  logFilter,
  type EventFannedOut,
  type LogFact,
} from '@postel/contracts';
import {
  ackFloorOf,
  readFactsSince,
  storedAtMsFrom,
  type Broker,
  type HandOuts,
  type IncomingMessage,
} from '@postel/jetstream';

/** What the log says already of an event that is handed out again. */
export interface EarlierFanOut {
  /** Its fan-out, in its parts; none for an event that nobody wanted or that was refused. */
  readonly facts: readonly EventFannedOut[];
  /** Deliveries whose first hop has ended: they need no message any more. */
  readonly ended: ReadonlySet<string>;
}

/** Between the broker's clock and ours. */
const clockSkewMs = 10_000;

/** What the log tells of every event, when its fan-out is decided: one of these. */
export const fateFilters = ['event.fanned_out', 'event.unmatched', 'event.invalid'].map(logFilter);
const filters = [...fateFilters, ...hopEndFilters];

/**
 * What the log tells of events that may have been fanned out already: after a crash, of us or of the broker, an event can
 * come again whose fan-out is stored, perhaps with other endpoints than today's. What is in the log is true.
 *
 * It is read when an event comes again; and once for each connection and each durable, because a broker that was killed
 * forgets what it has handed out, and a durable that is made anew does not know it: both hand it out as if for the first
 * time. So in the usual case nothing is read. Events come in any order, those of a crowd last: what is read then is of
 * all that nobody has acknowledged.
 */
export class EarlierFanOuts {
  /** Of which hand-outs {@link before} is. */
  private readSinceMs = -1;
  private before: ReadonlyMap<number, EarlierFanOut> = new Map();

  constructor(
    private readonly broker: Broker,
    private readonly handOuts: Pick<HandOuts, 'sinceMs'>,
  ) {}

  /** @returns by position in EVENTS; an event that the log does not know is left out */
  async of(batch: readonly IncomingMessage[]): Promise<ReadonlyMap<number, EarlierFanOut>> {
    const sinceMs = this.handOuts.sinceMs();
    const isOld = ({ storedAtMs }: IncomingMessage) => storedAtMs <= sinceMs + clockSkewMs;
    if (this.readSinceMs !== sinceMs && batch.some(isOld)) {
      this.before = await this.readUnacknowledged(batch);
      this.readSinceMs = sinceMs;
      return this.before;
    }
    const again = batch.filter(({ isAgain }) => isAgain);
    if (again.length === 0) return this.before;
    const wanted = new Set(again.map(({ seq }) => seq));
    return new Map([...this.before, ...(await this.read(spanOf(again), (seq) => wanted.has(seq)))]);
  }

  private async readUnacknowledged(
    batch: readonly IncomingMessage[],
  ): Promise<ReadonlyMap<number, EarlierFanOut>> {
    const { stream, durable } = dispatcherConsumer;
    const floor = await ackFloorOf(this.broker, stream, durable);
    const storedAtMs = await storedAtMsFrom(this.broker, stream, floor + 1);
    const { firstSeq, sinceMs } = spanOf(batch);
    const span = {
      firstSeq: Math.min(firstSeq, floor + 1),
      sinceMs: Math.min(sinceMs, storedAtMs ?? Infinity),
    };
    return this.read(span, () => true);
  }

  private async read(
    { firstSeq, sinceMs }: Span,
    isWanted: (seq: number) => boolean,
  ): Promise<ReadonlyMap<number, EarlierFanOut>> {
    const told = new Map<number, { facts: Map<number, EventFannedOut>; ended: Set<string> }>();
    const note = (fact: LogFact): void => {
      if (fact.eventSeq < firstSeq || !isWanted(fact.eventSeq)) return;
      const earlier = told.get(fact.eventSeq) ?? { facts: new Map(), ended: new Set() };
      told.set(fact.eventSeq, earlier);
      if (fact.fact === 'event.fanned_out') earlier.facts.set(fact.part, fact);
      else if ('deliveryId' in fact) earlier.ended.add(fact.deliveryId);
    };
    await readFactsSince(this.broker, filters, sinceMs, note);
    const complete = [...told].filter(([, { facts, ended }]) => facts.size > 0 || ended.size === 0);
    return new Map(complete.map(([seq, { facts, ended }]) => [seq, { facts: [...facts.values()], ended }]));
  }
}

/** From which event on, and from when on what the log tells of it. */
interface Span {
  readonly firstSeq: number;
  readonly sinceMs: number;
}

function spanOf(batch: readonly IncomingMessage[]): Span {
  return {
    firstSeq: Math.min(...batch.map(({ seq }) => seq)),
    sinceMs: Math.min(...batch.map(({ storedAtMs }) => storedAtMs)),
  };
}
