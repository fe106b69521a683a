import type { LogFact } from '@postel/contracts';
import { readFactsSince, storedAtMsFrom, type Broker } from '@postel/jetstream';
import { fateFilters } from './earlier-fan-outs.js';

/** So long the broker remembers ids of messages, by which a delivery that is published once more is none. */
const rememberedMinutes = 2;

/**
 * Where in EVENTS the dispatcher's durable begins that is made while events are there, and nobody knows how far the one
 * before it was: at the first event of which the log tells no fate. What was told last may not have been published, so
 * that is handed out again too; the log says then what is left of it ({@link EarlierFanOuts}).
 *
 * LOG is read as far back as EVENTS reaches, with one bit for each event in memory.
 * @returns a position; 1 where all of EVENTS is to be fanned out
 * @throws when the broker is away
 */
export async function whereToBegin(broker: Broker): Promise<number> {
  const { first_seq: first, last_seq: last } = (await broker.jsm.streams.info('EVENTS')).state;
  const sinceMs = last < first ? null : await storedAtMsFrom(broker, 'EVENTS', first);
  if (sinceMs === null) return 1;
  const fates = new Fates(first, last);
  await readFactsSince(broker, fateFilters, sinceMs, (fact) => {
    // of an event of another stream of this name, which was deleted
    if (fact.acceptedAtMs >= sinceMs) fates.tell(fact);
  });
  const { state } = await broker.jsm.streams.info('LOG');
  // of what is older than a log that was purged, the dispatcher was done: it hands out in order
  return fates.whereToBegin(state.first_seq > 1);
}

/** Of the events between two positions: which of them have a fate. */
class Fates {
  private readonly told: Uint8Array;
  private lowest = Infinity;
  /** The lowest event that was told of in each minute. */
  private readonly byMinute = new Map<number, number>();

  constructor(
    private readonly first: number,
    private readonly last: number,
  ) {
    this.told = new Uint8Array(Math.ceil((last - first + 1) / 8));
  }

  tell({ eventSeq: seq, atMs }: LogFact): void {
    if (seq < this.first || seq > this.last) return;
    const n = seq - this.first;
    this.told[n >> 3] = (this.told[n >> 3] ?? 0) | (1 << (n & 7));
    this.lowest = Math.min(this.lowest, seq);
    const minute = Math.floor(atMs / 60_000);
    this.byMinute.set(minute, Math.min(this.byMinute.get(minute) ?? Infinity, seq));
  }

  /** @param isPurged the log does not reach as far back as the events do */
  whereToBegin(isPurged: boolean): number {
    if (this.lowest === Infinity) return 1;
    return Math.min(this.firstUntold(isPurged ? this.lowest : this.first), this.lowestOfTheLast());
  }

  private firstUntold(from: number): number {
    let seq = from;
    while (seq <= this.last && this.isTold(seq)) seq += 1;
    return seq;
  }

  private isTold(seq: number): boolean {
    const n = seq - this.first;
    return ((this.told[n >> 3] ?? 0) & (1 << (n & 7))) !== 0;
  }

  private lowestOfTheLast(): number {
    const last = Math.max(...this.byMinute.keys());
    const since = last - rememberedMinutes;
    return Math.min(...[...this.byMinute].filter(([minute]) => minute >= since).map(([, seq]) => seq));
  }
}
