import { expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import type { OutgoingMessage } from '@postel/jetstream';
import type { WaitingRow } from '@postel/postgres';
import type { StoredEvent } from './ports.js';
import { createMeters } from '@postel/telemetry';
import { publishDue, type PutBackParts } from './put-back.js';

const row = (eventSeq: number): WaitingRow => ({
  deliveryId: `dlv_${eventSeq}`,
  endpointId: 'ep_1',
  tenant: 'default',
  eventId: `evt_${eventSeq}`,
  eventSeq,
  type: 'order.created',
  acceptedAtMs: 1,
  hop: 2,
  attemptsMade: 1,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
  dueAtMs: 1,
  deferredAtMs: 1,
  lane: 'retry',
  reason: 'retry',
});

it('ends what waited of an event that was erased, and of one that is nowhere, each by its reason', async () => {
  const payload = Buffer.from('{"data":{"object":{}}}');
  const stored = new Map<number, StoredEvent>([
    [1, { payload, headers: {}, isErased: false }],
    [2, { payload: new Uint8Array(), headers: {}, isErased: true }],
  ]);
  const facts: LogFact[] = [];
  const published: OutgoingMessage[] = [];
  const meters = createMeters({ processMetrics: false });
  const parts = {
    events: { load: () => Promise.resolve(stored) },
    deliveries: { publish: (message: OutgoingMessage) => Promise.resolve(published.push(message)) },
    log: { append: (fact: LogFact) => Promise.resolve(void facts.push(fact)) },
    tables: { table: () => new Map() },
    partitions: 1,
    failpoints: { hit: () => undefined },
    meters,
    nowMs: () => 5,
  } as unknown as PutBackParts;
  const done = await publishDue([row(1), row(2), row(3)], parts);
  expect([...done].sort()).toEqual(['dlv_1:2', 'dlv_2:2', 'dlv_3:2']);
  expect(published.map(({ messageId }) => messageId)).toEqual(['dlv_1:2']);
  expect(facts).toMatchObject([
    { fact: 'delivery.died', deliveryId: 'dlv_2', reason: 'event_erased', hop: 2 },
    { fact: 'delivery.died', deliveryId: 'dlv_3', reason: 'expired', hop: 2 },
  ]);
  const counted = (await meters.deadLetters.get()).values.map(({ labels, value }) => [labels.reason, value]);
  expect(Object.fromEntries(counted)).toEqual({ event_erased: 1, expired: 1 });
});
