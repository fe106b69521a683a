import { describe, expect, it } from '@jest/globals';
import type { DeliveryFact, EventFannedOut } from '@postel/contracts';
import fc from 'fast-check';
import { fannedOut, pendingDelivery } from '../delivery/delivery.fixture.js';
import { lives } from '../delivery/delivery-lives.fixture.js';
import { evolveDelivery } from '../delivery/delivery-state.js';
import { FigureChanges, type ConservationFigures } from './conservation-figures.js';
import { DeliveryLedger, type LedgerDelivery } from './delivery-ledger.js';

/** A ledger with a store beside it, as it is used. */
function counting(sinceMs = 0) {
  const figures = new FigureChanges();
  const ledger = new DeliveryLedger(figures, sinceMs);
  const store = new Map<string, LedgerDelivery>();
  const totals = new Map<string, Record<string, number>>();
  const find = (id: string) => {
    const stored = ledger.mayBeStored(id) ? store.get(id) : undefined;
    if (stored) ledger.load([stored]);
  };
  const save = () => {
    const { kept, gone } = ledger.changes();
    for (const id of gone) store.delete(id);
    for (const delivery of kept) store.set(delivery.deliveryId, delivery);
    for (const [tenant, changes] of figures.all) {
      const known = totals.get(tenant) ?? {};
      for (const [name, by] of Object.entries(changes)) known[name] = (known[name] ?? 0) + Number(by);
      totals.set(tenant, known);
    }
    figures.clear();
    ledger.stored();
  };
  return {
    ledger,
    store,
    save,
    create: (fact: EventFannedOut) => {
      for (const { deliveryId } of fact.deliveries) find(deliveryId);
      ledger.create({ fact, logSeq: 1 });
    },
    take: (fact: DeliveryFact) => {
      find(fact.deliveryId);
      ledger.take({ fact, logSeq: 1 });
    },
    totals: (tenant: string) => {
      save();
      return (totals.get(tenant) ?? {}) as Partial<ConservationFigures>;
    },
  };
}

const creation = (deliveryId: string, tenant = 'default'): EventFannedOut => ({
  ...fannedOut,
  tenant,
  deliveries: [{ ...(fannedOut.deliveries[0] as EventFannedOut['deliveries'][number]), deliveryId }],
});

interface Step {
  readonly id: number;
  /** `null`: its creation. */
  readonly fact: DeliveryFact | null;
}

/** Lives of several deliveries of two tenants side by side; how often each fact comes, and when what is known is stored. */
const histories = fc
  .tuple(fc.array(lives, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat(9)))
  .map(([all, dice]) => {
    const throwDie = () => dice.next().value as number;
    const queues = all.map(
      (facts, id) => [{ id, fact: null }, ...facts.map((fact) => ({ id, fact }))] as Step[],
    );
    const steps: Step[] = [];
    while (queues.some((queue) => queue.length > 0)) {
      const queue = queues[throwDie() % queues.length] as Step[];
      const step = queue.shift() ?? queues.find((other) => other.length > 0)?.shift();
      if (!step) continue;
      steps.push(step);
      if (throwDie() > 6) steps.push(step);
      // late: what a second owner of the partition told of an earlier hop
      const earlier = steps[throwDie() % steps.length] as Step;
      if (throwDie() > 6 && earlier.fact?.fact !== 'delivery.reopened') steps.push(earlier);
    }
    return { steps, count: all.length, saves: steps.map(() => throwDie() > 4) };
  });

describe('the second equation', () => {
  it('adds up over any histories, whatever comes twice or late, and whenever it is stored', () => {
    fc.assert(
      fc.property(histories, ({ steps, count, saves }) => {
        const counted = counting();
        const states = Array.from({ length: count }, () => pendingDelivery());
        const tenantOf = (id: number) => (id % 2 === 0 ? 'even' : 'odd');
        steps.forEach(({ id, fact }, index) => {
          const deliveryId = `dlv_${id}`;
          if (!fact) counted.create(creation(deliveryId, tenantOf(id)));
          else {
            const theirs = { ...fact, deliveryId, tenant: tenantOf(id) };
            counted.take(theirs);
            states[id] = evolveDelivery(states[id] as never, theirs);
          }
          if (saves[index]) counted.save();
        });
        for (const tenant of ['even', 'odd']) {
          const statuses = states.filter((_, id) => tenantOf(id) === tenant).map(({ status }) => status);
          const of = (wanted: string) => statuses.filter((status) => status === wanted).length;
          if (statuses.length === 0) continue;
          expect(counted.totals(tenant)).toMatchObject({
            created: statuses.length,
            succeeded: of('succeeded'),
            pending: of('pending'),
            retrying: of('retrying'),
            dead: of('dead'),
            discarded: of('discarded'),
            unexpected: 0,
          });
        }
        // who succeeded is forgotten
        expect(counted.store.size).toBe(states.filter(({ status }) => status !== 'succeeded').length);
      }),
    );
  });

  const [success] = fc.sample(
    lives.filter((facts) => facts[0]?.fact === 'delivery.succeeded'),
    1,
  )[0] as [DeliveryFact];

  it('does not forgive an outcome of a delivery that nobody made', () => {
    const counted = counting();
    counted.take(success);
    expect(counted.ledger.unexpectedIds).toEqual(['dlv_1']);
    counted.take(success);
    expect(counted.totals('default')).toMatchObject({ created: 0, succeeded: 1, unexpected: 1 });
  });

  it('knows nothing of what was made before the count began, and what is made later', () => {
    const counted = counting(success.acceptedAtMs + 1);
    counted.take(success);
    expect(counted.totals('default')).toEqual({});
    counted.create(creation('dlv_1'));
    counted.take(success);
    expect(counted.totals('default')).toMatchObject({ created: 1, succeeded: 1, unexpected: 0 });
  });
});
