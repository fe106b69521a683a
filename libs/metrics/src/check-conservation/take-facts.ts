import { defaultTenant, natsHeaders, parseFacts, type EventFact, type LogFact } from '@postel/contracts';
import type { DeliveryLedger, EventLedger, FigureChanges, LedgerDelivery } from '@postel/domain';
import type { IncomingMessage } from '@postel/jetstream';

export interface Ledgers {
  readonly figures: FigureChanges;
  readonly events: EventLedger;
  readonly deliveries: DeliveryLedger;
  /** Events that were accepted before may be unknown. */
  readonly sinceMs: number;
  /** Positions of events that were lost, and of which the log tells by now; emptied when that is stored. */
  readonly found: number[];
}

export interface TakeContext {
  isErased(tenant: string, acceptedAtMs: number): boolean;
  /** Brings the ledger of events as far as this position. */
  readEvents(seq: number): Promise<void>;
  find(deliveryIds: readonly string[]): Promise<LedgerDelivery[]>;
}

export interface LoggedFact {
  readonly fact: LogFact;
  /** Of its message. */
  readonly logSeq: number;
  /** Of a fan-out: it was told before. */
  readonly isRepeated: boolean;
}

/** The tenant that an event names. */
export function tenantOf(message: IncomingMessage): string {
  return message.header(natsHeaders.tenant) ?? defaultTenant;
}

export function factsOf(
  batch: readonly IncomingMessage[],
): { readonly fact: LogFact; readonly logSeq: number }[] {
  return batch.flatMap(({ payload, seq }) => parseFacts(payload).map(({ fact }) => ({ fact, logSeq: seq })));
}

/** Takes a batch of LOG into both ledgers; what a tenant that is deleted left behind counts for nothing. */
export async function takeFacts(
  batch: readonly IncomingMessage[],
  ledgers: Ledgers,
  context: TakeContext,
): Promise<void> {
  const facts = factsOf(batch);
  // the log is ahead: then the events of which it tells are there to be read
  await context.readEvents(facts.reduce((last, { fact }) => Math.max(last, fact.eventSeq), 0));
  const taken: LoggedFact[] = [];
  for (const { fact, logSeq } of facts) {
    const isErased = context.isErased(fact.tenant, fact.acceptedAtMs);
    const isRepeated = 'deliveryId' in fact ? false : takeFate(fact, ledgers, isErased);
    if (!isErased) taken.push({ fact, logSeq, isRepeated });
  }
  ledgers.deliveries.load(await context.find(idsToFind(taken, ledgers.deliveries)));
  for (const positioned of taken) takeDelivery(positioned, ledgers.deliveries);
}

/** @returns whether it was told before, or may have been */
function takeFate(fact: EventFact, { events, figures, found }: Ledgers, isErased: boolean): boolean {
  // what is done to an event that has its fate
  if (fact.fact === 'event.discarded' || fact.fact === 'event.erased') return true;
  // the event counts with the first part
  if (fact.fact === 'event.fanned_out' && fact.part > 0) return true;
  const lostBy = events.lostBy(fact.eventSeq);
  const news = events.tell(fact.eventSeq);
  if (news === 'repeated') return true;
  if (news === 'found') {
    found.push(fact.eventSeq);
    if (lostBy !== undefined) figures.add(lostBy, 'lostEvents', -1);
  }
  if (!isErased) figures.add(fact.tenant, fateOf(fact), 1);
  return false;
}

function fateOf({ fact }: EventFact): 'fannedOut' | 'unmatched' | 'invalid' {
  if (fact === 'event.fanned_out') return 'fannedOut';
  return fact === 'event.unmatched' ? 'unmatched' : 'invalid';
}

/** Most deliveries are made and succeed in one batch, or in two that follow: nothing has to be looked up for those. */
function idsToFind(facts: readonly LoggedFact[], deliveries: DeliveryLedger): string[] {
  const fresh = new Set<string>();
  const ids = new Set<string>();
  for (const { fact, isRepeated } of facts) {
    if (fact.fact === 'event.fanned_out') {
      for (const { deliveryId } of fact.deliveries) (isRepeated ? ids : fresh).add(deliveryId);
    } else if ('deliveryId' in fact && !fresh.has(fact.deliveryId)) ids.add(fact.deliveryId);
  }
  return [...ids].filter((id) => deliveries.mayBeStored(id));
}

function takeDelivery({ fact, logSeq }: LoggedFact, deliveries: DeliveryLedger): void {
  switch (fact.fact) {
    case 'event.fanned_out':
    case 'delivery.created':
      return deliveries.create({ fact, logSeq });
    case 'delivery.succeeded':
    case 'delivery.deferred':
    case 'delivery.died':
    case 'delivery.reopened':
    case 'delivery.discarded':
      return deliveries.take({ fact, logSeq });
    case 'event.unmatched':
    case 'event.invalid':
    case 'event.discarded':
    case 'event.erased':
      return;
  }
}
