import {
  currentApiVersion,
  type EventFannedOut,
  type EventUnmatched,
  type LiveEvent,
  type LiveMissing,
} from '@postel/contracts';
import type { PositionedFact, StoredMessage } from '@postel/jetstream';
import { acceptedEventOf, tenantNamedBy } from '../archive-events/archived-event.js';
import type { LiveMessage } from './live-message.js';
import type { StoredEvents } from './stored-events.js';

type EventTold = EventFannedOut | EventUnmatched;

interface Wanted {
  readonly seq: number;
  readonly fact: EventTold;
}

/** Payloads that are read at once, each of which may be as large as an event may be. */
const lookAhead = 8;
/** Of the events that were told last. */
const maxTold = 1_000;

/** Events as they were fanned out, each with its bytes, in the order of the log. */
export class EventMessages {
  private readonly told = new Set<number>();

  constructor(
    private readonly takesType: (type: string) => boolean,
    private readonly events: Pick<StoredEvents, 'read' | 'isPast'>,
  ) {}

  async *of(facts: readonly PositionedFact[]): AsyncGenerator<LiveMessage> {
    const wanted = facts.flatMap(({ seq, fact }) => (this.wants(fact) ? [{ seq, fact }] : []));
    for (let start = 0; start < wanted.length; start += lookAhead) {
      const messages = wanted.slice(start, start + lookAhead).map((one) => this.messageOf(one));
      // one that cannot be read must not leave another that fails without anybody waiting for it
      for (const settled of await Promise.allSettled(messages)) {
        if (settled.status === 'rejected') throw settled.reason;
        const { eventSeq, message } = settled.value;
        if (this.told.has(eventSeq)) continue;
        yield message;
        this.remember(eventSeq);
      }
    }
  }

  private wants(fact: PositionedFact['fact']): fact is EventTold {
    const isTold = fact.fact === 'event.unmatched' || (fact.fact === 'event.fanned_out' && fact.part === 0);
    return isTold && this.takesType(fact.type) && !this.told.has(fact.eventSeq);
  }

  private async messageOf({ seq, fact }: Wanted): Promise<{ eventSeq: number; message: LiveMessage }> {
    const { eventSeq } = fact;
    const position = { fact: seq, nth: Infinity };
    const stored = await this.events.read(eventSeq);
    const data = stored && eventOf(stored, fact);
    if (data) return { eventSeq, message: { position, event: 'event', data } };
    const reason: LiveMissing['reason'] = (await this.events.isPast(eventSeq)) ? 'expired' : 'erased';
    const missing = { id: fact.eventId, type: fact.type, reason };
    return { eventSeq, message: { position, event: 'missing', data: missing } };
  }

  private remember(eventSeq: number): void {
    this.told.add(eventSeq);
    if (this.told.size > maxTold) this.told.delete(this.told.values().next().value as number);
  }
}

/** @returns `null` for bytes that are not those of this event: of streams that were not restored together */
function eventOf(stored: StoredMessage, fact: EventTold): Omit<LiveEvent, 'position'> | null {
  const { subject, payload, headers, storedAtMs } = stored;
  if (tenantNamedBy(headers) !== fact.tenant) return null;
  const event = acceptedEventOf(subject, payload, headers, fact.eventSeq, storedAtMs);
  if (event?.id !== fact.eventId) return null;
  const { channels, createdSec, envelope, orderingKey } = event;
  return {
    id: event.id,
    type: event.type,
    created: createdSec,
    apiVersion: currentApiVersion,
    ...(orderingKey === undefined ? {} : { orderingKey }),
    ...(channels.length === 0 ? {} : { channels: [...channels] }),
    body: new TextDecoder('utf-8', { ignoreBOM: true }).decode(envelope),
  };
}
