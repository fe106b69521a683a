import { expect, it } from '@jest/globals';
import type { DeliveryFact } from '@postel/contracts';
import fc from 'fast-check';
import { pendingDelivery } from '../delivery/delivery.fixture.js';
import { lives } from '../delivery/delivery-lives.fixture.js';
import { evolveDelivery } from '../delivery/delivery-state.js';
import { countedBy, evolveCounted, type CountedDelivery } from './counted-delivery.js';

const pending: CountedDelivery = { status: 'pending', hop: 0, attempts: 0, attemptsBeforeReopen: 0 };

/** Facts of one delivery in any order, each any number of times: worse than what can happen. */
const disorder = lives.chain((facts) =>
  facts.length === 0
    ? fc.constant<DeliveryFact[]>([])
    : fc.array(fc.constantFrom(...facts), { maxLength: 2 * facts.length }),
);

it('judges every fact as the delivery log does, whatever comes twice or late', () => {
  fc.assert(
    fc.property(disorder, (facts) => {
      let counted = pending;
      let delivery = pendingDelivery();
      for (const fact of facts) {
        const next = evolveCounted(counted, fact);
        const nextDelivery = evolveDelivery(delivery, fact);
        expect(next === counted).toBe(nextDelivery === delivery);
        counted = next;
        delivery = nextDelivery;
        const { hop, attempts, attemptsBeforeReopen } = counted;
        expect(delivery).toMatchObject({ status: counted.status, hop, attempts, attemptsBeforeReopen });
      }
    }),
  );
});

it('takes the word of any fact for a delivery that it does not know, but that it was discarded', () => {
  fc.assert(
    fc.property(lives, (facts) => {
      for (const fact of facts) {
        const counted = countedBy(fact);
        if (fact.fact === 'delivery.discarded') expect(counted).toBeNull();
        else expect(counted).toMatchObject({ hop: fact.hop, attempts: fact.attemptsMade });
      }
    }),
  );
});
