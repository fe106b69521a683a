import { expect, it } from '@jest/globals';
import { decodeDelivery, type LogFact } from '@postel/contracts';
import { deliveryIdOf } from '@postel/domain';
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

const nothingExpected = { expecting: () => undefined, arrived: () => undefined };

const keptIn = (published: OutgoingMessage[]) => (message: OutgoingMessage) => {
  published.push(message);
  return Promise.resolve({ seq: published.length, duplicate: false });
};

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
    attempts: null,
    deliveries: { publish: keptIn(published) },
    admission: nothingExpected,
    log: { append: (fact: LogFact) => Promise.resolve(void facts.push(fact)) },
    tables: { table: () => new Map() },
    partitions: 1,
    failpoints: { hit: () => undefined },
    meters,
    nowMs: () => 5,
  } as unknown as PutBackParts;
  const traceparent = `00-${'a'.repeat(32)}-00f067aa0ba902b7-01`;
  const done = await publishDue([row(1), row(2), { ...row(3), traceparent }], parts);
  expect([...done].sort()).toEqual(['dlv_1:2', 'dlv_2:2', 'dlv_3:2']);
  expect(published.map(({ messageId }) => messageId)).toEqual(['dlv_1:2']);
  expect(facts).toMatchObject([
    { fact: 'delivery.died', deliveryId: 'dlv_2', reason: 'event_erased', hop: 2 },
    // in its trace, which shows when it could be read
    { fact: 'delivery.died', deliveryId: 'dlv_3', reason: 'expired', hop: 2, traceparent },
  ]);
  expect(facts[0]).not.toHaveProperty('traceparent');
  const counted = (await meters.deadLetters.get()).values.map(({ labels, value }) => [labels.reason, value]);
  expect(Object.fromEntries(counted)).toEqual({ event_erased: 1, expired: 1 });
});

it('goes on in the trace that a delivery was in, or else in that of its event, if that is one', async () => {
  const trace = (digit: string) => `00-${digit.repeat(32)}-00f067aa0ba902b7-01`;
  const payload = Buffer.from('{"data":{"object":{}}}');
  const stored = new Map<number, StoredEvent>(
    [trace('a'), trace('a'), 'ключ'].map((traceparent, index) => [
      index + 1,
      { payload, headers: { traceparent }, isErased: false },
    ]),
  );
  const published: OutgoingMessage[] = [];
  const parts = {
    events: { load: () => Promise.resolve(stored) },
    attempts: null,
    deliveries: { publish: keptIn(published) },
    admission: nothingExpected,
    tables: { table: () => new Map() },
    partitions: 1,
    failpoints: { hit: () => undefined },
    nowMs: () => 5,
  } as unknown as PutBackParts;
  const traced = { ...row(1), traceparent: trace('b'), formerAttempt: trace('c') };
  await publishDue([traced, row(2), row(3)], parts);
  const metas = published.map((message) => decodeDelivery(message.payload, () => undefined)?.meta);
  expect(metas[0]).toMatchObject({ traceparent: trace('b'), formerAttempt: trace('c') });
  expect(metas[1]).toMatchObject({ traceparent: trace('a') });
  expect(metas[2]).not.toHaveProperty('traceparent');
});

it('links what begins anew to the attempt before it, where that was recorded', async () => {
  const trace = (digit: string, flags = '01') => `00-${digit.repeat(32)}-00f067aa0ba902b7-${flags}`;
  const payload = Buffer.from('{"data":{"object":{}}}');
  const stored = new Map([1, 2, 3, 4].map((seq) => [seq, { payload, headers: {}, isErased: false }]));
  const sent = new Map([
    ['dlv_1', trace('1')],
    ['dlv_2', trace('2', '00')],
    [deliveryIdOf('evt_3', 3, 'ep_1'), trace('3')],
    ['dlv_4', trace('4')],
  ]);
  const published: OutgoingMessage[] = [];
  const parts = {
    events: { load: () => Promise.resolve(stored) },
    attempts: { lastTraceparents: () => Promise.resolve(sent) },
    deliveries: { publish: keptIn(published) },
    admission: nothingExpected,
    tables: { table: () => new Map() },
    partitions: 1,
    failpoints: { hit: () => undefined },
    nowMs: () => 5,
  } as unknown as PutBackParts;
  const reopened = (n: number) => ({ ...row(n), reason: 'reopened' as const });
  const replayed = { ...reopened(3), attemptsMade: 0 };
  await publishDue([reopened(1), reopened(2), replayed, row(4)], parts);
  const metas = published.map((message) => decodeDelivery(message.payload, () => undefined)?.meta);
  expect(metas.map((meta) => meta?.formerAttempt)).toEqual([trace('1'), undefined, trace('3'), undefined]);
});

it('expects no put-back that is not sent, or that the broker drops', async () => {
  const payload = Buffer.from('{"data":{"object":{}}}');
  const stored = new Map([1, 2, 3].map((seq) => [seq, { payload, headers: {}, isErased: seq === 3 }]));
  let expected = 0;
  const expectedThen: number[] = [];
  const publish = ({ messageId }: OutgoingMessage) => {
    expectedThen.push(expected);
    return Promise.resolve({ seq: 1, duplicate: messageId === 'dlv_2:2' });
  };
  const parts = {
    events: { load: () => Promise.resolve(stored) },
    attempts: null,
    deliveries: { publish },
    admission: {
      expecting: (_: string, count: number) => (expected += count),
      arrived: () => (expected -= 1),
    },
    log: { append: () => Promise.resolve() },
    tables: { table: () => new Map() },
    partitions: 1,
    failpoints: { hit: () => undefined },
    meters: createMeters({ processMetrics: false }),
    nowMs: () => 5,
  } as unknown as PutBackParts;
  await publishDue([row(1), row(2), row(3)], parts);
  expect(expectedThen).toEqual([1, 2]);
  expect(expected).toBe(1);
});
