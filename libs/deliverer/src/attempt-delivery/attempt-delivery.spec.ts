import { expect, it } from '@jest/globals';
import {
  deliverySubject,
  encodeDelivery,
  partitionOf,
  type DeliveryFact,
  type DeliveryMeta,
} from '@postel/contracts';
import { ack, retryAfter, type IncomingMessage } from '@postel/jetstream';
import { AttemptDelivery, type AttemptParts } from './attempt-delivery.js';
import { Recoveries } from './recoveries.js';
import { FinishedHops } from './finished-hops.js';

const partitions = 8;
const meta: DeliveryMeta = {
  deliveryId: 'dlv_1',
  endpointId: 'ep_1',
  tenant: 'default',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'order.created',
  acceptedAtMs: 0,
  hop: 1,
  attemptsMade: 0,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
};
const partition = partitionOf(meta.endpointId, partitions);

/** What becomes of a message when this process owns these partitions, and drains as soon as something waits for a place. */
async function handled(
  owned: readonly number[],
  {
    deliveryCount = 1,
    isPacked = false,
    lane = 'delivery' as const,
    subjectPartition = partition,
    isFull = false,
  } = {},
) {
  const facts: DeliveryFact[] = [];
  const parts = {
    partitions,
    finished: new FinishedHops(),
    recall: { settled: () => null },
    erased: { has: () => false },
    owned: new Set(owned),
    tables: { sequence: 1, endpoint: () => ({ state: { tenant: 'default', status: 'active' } }) },
    circuits: { letThrough: () => ({ passage: 'pass', atMs: 0 }), abandon: () => undefined },
    limits: { of: () => ({}) },
    admission: {
      ask: (hop: { handBack(): void }) =>
        isFull ? { defer: 'busy', dueAtMs: 1_500 } : (setImmediate(() => hop.handBack()), 'queued'),
    },
    failpoints: { hit: () => Promise.resolve() },
    log: { append: (fact: DeliveryFact) => Promise.resolve(void facts.push(fact)) },
    recoveries: new Recoveries((id) => id),
    count: { count: () => undefined },
    nowMs: () => 1_000,
  } as unknown as AttemptParts;
  const message = {
    subject: deliverySubject(lane, subjectPartition, meta.endpointId),
    payload: encodeDelivery(meta, Buffer.from('{}')),
    header: () => undefined,
    deliveryCount,
    isPacked,
  } as unknown as IncomingMessage;
  const [outcome] = await Promise.all(new AttemptDelivery(parts).handle([message]));
  return { outcome, facts };
}

const ours = [partition];
const another = [partition + 1];

it.each([
  ['of a partition that is another process’s by now', another],
  ['that waited for a place in vain', ours],
])('hands back a message %s', async (_name, owned) => {
  expect(await handled(owned)).toEqual({ outcome: retryAfter(0), facts: [] });
});

it.each([
  ['of a partition that is another process’s by now', another],
  ['that waited for a place in vain', ours],
])('does not let a message %s count as poison, however often it was handed back', async (_name, owned) => {
  let deliveryCount = 1;
  let handling = await handled(owned, { deliveryCount });
  while (handling.outcome?.kind === 'retryAfter' && deliveryCount < 20)
    handling = await handled(owned, { deliveryCount: ++deliveryCount });
  expect(handling.outcome).toEqual(ack());
  // it waits for nothing, and comes as another message
  expect(handling.facts).toMatchObject([
    { fact: 'delivery.deferred', hop: 1, attemptsMade: 0, reason: 'busy', dueAtMs: 1_000, lane: 'retry' },
  ]);
});

it('ends what was handed out 20 times in vain as poison, by its owner alone', async () => {
  const poisoned = await handled(ours, { deliveryCount: 21 });
  expect(poisoned.outcome).toEqual(ack());
  expect(poisoned.facts).toMatchObject([{ fact: 'delivery.died', reason: 'poison' }]);
  expect((await handled(ours, { deliveryCount: 20 })).facts).toMatchObject([{ fact: 'delivery.deferred' }]);
  expect((await handled(another, { deliveryCount: 21 })).facts).toMatchObject([
    { fact: 'delivery.deferred' },
  ]);
});

it('tries none of a pack that was handed out four times: one of it may be what brings its worker down', async () => {
  const isFull = true;
  const tried = [{ fact: 'delivery.deferred', reason: 'busy' }];
  expect((await handled(ours, { isPacked: true, deliveryCount: 3, isFull })).facts).toMatchObject(tried);
  expect(await handled(ours, { isPacked: true, deliveryCount: 4, isFull })).toEqual({
    outcome: retryAfter(0),
    facts: [],
  });
  // by itself it is tried as often as any other
  expect((await handled(ours, { deliveryCount: 4, isFull })).facts).toMatchObject(tried);
});

it('sends to its partition what lies in the one that it had under another number of them', async () => {
  for (const owned of [ours, another]) {
    const { outcome, facts } = await handled(owned, { subjectPartition: 11 });
    expect(outcome).toEqual(ack());
    expect(facts).toMatchObject([{ fact: 'delivery.deferred', hop: 1, dueAtMs: 1_000, lane: 'retry' }]);
  }
});
