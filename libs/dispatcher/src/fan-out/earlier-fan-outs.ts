import { logFilter, type EventFannedOut, type LogFact } from '@postel/contracts';
import { readFactsSince, type Broker, type IncomingMessage } from '@postel/jetstream';

/** What the log says already of an event that is handed out again. */
export interface EarlierFanOut {
  /** Its fan-out, in its parts; none for an event that nobody wanted or that was refused. */
  readonly facts: readonly EventFannedOut[];
  /** Deliveries whose first hop has ended: they need no message any more. */
  readonly ended: ReadonlySet<string>;
}

const filters = [
  'event.fanned_out',
  'event.unmatched',
  'event.invalid',
  'delivery.deferred',
  'delivery.succeeded',
  'delivery.died',
].map(logFilter);

/**
 * After a crash an event may come again whose fan-out is stored already, perhaps with other endpoints than today's. What
 * is in the log is true. Read only for events that come again, which is rare.
 * @returns by position in EVENTS; an event that the log does not know is left out
 */
export async function earlierFanOuts(
  broker: Broker,
  batch: readonly IncomingMessage[],
): Promise<ReadonlyMap<number, EarlierFanOut>> {
  const again = batch.filter(({ deliveryCount }) => deliveryCount > 1);
  if (again.length === 0) return new Map();
  const wanted = new Set(again.map(({ seq }) => seq));
  const told = new Map<number, { facts: Map<number, EventFannedOut>; ended: Set<string> }>();
  const note = (fact: LogFact): void => {
    if (!wanted.has(fact.eventSeq)) return;
    const earlier = told.get(fact.eventSeq) ?? { facts: new Map(), ended: new Set() };
    told.set(fact.eventSeq, earlier);
    if (fact.fact === 'event.fanned_out') earlier.facts.set(fact.part, fact);
    else if ('deliveryId' in fact) earlier.ended.add(fact.deliveryId);
  };
  await readFactsSince(broker, filters, Math.min(...again.map(({ storedAtMs }) => storedAtMs)), note);
  return new Map([...told].map(([seq, { facts, ended }]) => [seq, { facts: [...facts.values()], ended }]));
}
