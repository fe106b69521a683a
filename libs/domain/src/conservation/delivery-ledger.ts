import type { DeliveryCreated, DeliveryFact, EventFannedOut } from '@postel/contracts';
import { createdBy } from '../delivery/delivery-state.js';
import type { FigureChanges } from './conservation-figures.js';
import { countedBy, evolveCounted, isOpen, type CountedDelivery } from './counted-delivery.js';
import { RecentIds } from './recent-ids.js';

/** A delivery that has not succeeded: it is remembered until it has, or is past its retention. */
export interface LedgerDelivery extends CountedDelivery {
  readonly deliveryId: string;
  readonly tenant: string;
  /** Position of its event in EVENTS. */
  readonly eventSeq: number;
  /** Position in LOG of the last fact that changed it. */
  readonly logSeq: number;
  /** When it ended, without success; `null` while it is open. */
  readonly endedAtMs: number | null;
}

interface Entry {
  delivery: LedgerDelivery;
  /** It is in the store, as it was before. */
  readonly isStored: boolean;
  isChanged: boolean;
}

/** A fact of deliveries, and the position of its message in LOG. */
export interface LedgerFact<Fact> {
  readonly fact: Fact;
  readonly logSeq: number;
}

const maxExamples = 10;

/**
 * The second equation. Deliveries that succeeded are forgotten, all others are in a store; in memory is only what changed
 * since the last `changes` were stored.
 *
 *   created ──▶ open ──▶ succeeded (forgotten, but for its id, for a while)
 *                ▲ ╰───▶ dead, discarded
 *                ╰─ reopened, from each of them
 *
 * An outcome of a delivery that is unknown, and has not succeeded lately, has no creation in the log: it is counted as
 * unexpected. Unless its event was accepted before the count began.
 */
export class DeliveryLedger {
  private readonly entries = new Map<string, Entry>();
  private readonly succeeded = new RecentIds();
  private unexpected: string[] = [];

  constructor(
    private readonly figures: FigureChanges,
    /** Of events that were accepted before, the log may have no creations any more. */
    private readonly sinceMs: number,
  ) {}

  /** Changed since the last changes were stored. */
  get size(): number {
    return this.entries.size;
  }

  /** Counted as unexpected since the last changes were stored: the first few. */
  get unexpectedIds(): readonly string[] {
    return this.unexpected;
  }

  /** Whether it has to be loaded, if it is stored, before a fact of it is taken. */
  mayBeStored(deliveryId: string): boolean {
    return !this.entries.has(deliveryId);
  }

  load(deliveries: readonly LedgerDelivery[]): void {
    for (const delivery of deliveries) {
      if (!this.entries.has(delivery.deliveryId))
        this.entries.set(delivery.deliveryId, { delivery, isStored: true, isChanged: false });
    }
  }

  /** It succeeded before the position from which facts are taken. */
  recall(deliveryId: string): void {
    this.succeeded.add(deliveryId);
  }

  create({ fact, logSeq }: LedgerFact<EventFannedOut | DeliveryCreated>): void {
    const { eventSeq, tenant } = fact;
    for (const { deliveryId } of createdBy(fact)) {
      // told twice
      if (this.entries.has(deliveryId) || this.succeeded.has(deliveryId)) continue;
      const hop = fact.fact === 'delivery.created' ? fact.hop : 0;
      const none = { status: 'pending', hop, attempts: 0, attemptsBeforeReopen: 0 } as const;
      this.figures.add(tenant, 'created', 1);
      this.enter({ ...none, deliveryId, tenant, eventSeq, logSeq, endedAtMs: null });
    }
  }

  take(positioned: LedgerFact<DeliveryFact>): void {
    const { fact } = positioned;
    const entry = this.entries.get(fact.deliveryId);
    if (!entry) return this.takeUnknown(positioned);
    const { delivery } = entry;
    const next = evolveCounted(delivery, fact);
    if (next === delivery) return;
    this.figures.add(delivery.tenant, delivery.status, -1);
    this.figures.add(delivery.tenant, next.status, 1);
    if (next.status === 'succeeded') this.succeeded.add(fact.deliveryId);
    entry.delivery = { ...delivery, ...next, ...positionOf(positioned, next) };
    entry.isChanged = true;
  }

  /** What the store has to become. */
  changes(): { readonly kept: readonly LedgerDelivery[]; readonly gone: readonly string[] } {
    const kept: LedgerDelivery[] = [];
    const gone: string[] = [];
    for (const { delivery, isChanged, isStored } of this.entries.values()) {
      if (!isChanged) continue;
      if (delivery.status !== 'succeeded') kept.push(delivery);
      else if (isStored) gone.push(delivery.deliveryId);
    }
    return { kept, gone };
  }

  /** The changes are stored. */
  stored(): void {
    this.entries.clear();
    this.unexpected = [];
  }

  private takeUnknown(positioned: LedgerFact<DeliveryFact>): void {
    const { fact } = positioned;
    const { deliveryId, eventSeq, tenant } = fact;
    const isReopening = fact.fact === 'delivery.reopened';
    // late, or told twice; what succeeded can only be reopened
    if (this.succeeded.has(deliveryId) && !isReopening) return;
    if (fact.acceptedAtMs < this.sinceMs) return;
    const state = countedBy(fact);
    if (!state) return;
    if (isReopening) this.figures.add(tenant, 'succeeded', -1);
    else {
      this.figures.add(tenant, 'unexpected', 1);
      if (this.unexpected.length < maxExamples) this.unexpected.push(deliveryId);
    }
    if (state.status === 'succeeded') this.succeeded.add(deliveryId);
    this.enter({ ...state, deliveryId, tenant, eventSeq, ...positionOf(positioned, state) });
  }

  private enter(delivery: LedgerDelivery): void {
    this.figures.add(delivery.tenant, delivery.status, 1);
    this.entries.set(delivery.deliveryId, { delivery, isStored: false, isChanged: true });
  }
}

function positionOf(
  { fact, logSeq }: LedgerFact<DeliveryFact>,
  { status }: CountedDelivery,
): Pick<LedgerDelivery, 'logSeq' | 'endedAtMs'> {
  return { logSeq, endedAtMs: isOpen(status) ? null : fact.atMs };
}
