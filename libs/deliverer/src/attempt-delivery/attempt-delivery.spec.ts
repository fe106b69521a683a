import { expect, it } from '@jest/globals';
import { encodeDelivery, type DeliveryMeta } from '@postel/contracts';
import { retryAfter, type IncomingMessage } from '@postel/jetstream';
import { AttemptDelivery, type AttemptParts } from './attempt-delivery.js';
import { FinishedHops } from './finished-hops.js';

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

it('hands back what still comes of a partition that is another process’s by now', async () => {
  const parts = {
    finished: new FinishedHops(),
    recall: { settled: () => null },
    owned: new Set([1]),
  } as unknown as AttemptParts;
  const message = {
    subject: 'postel.delivery.3.ep_1',
    payload: encodeDelivery(meta, Buffer.from('{}')),
    header: () => undefined,
    deliveryCount: 1,
  } as unknown as IncomingMessage;
  expect(await Promise.all(new AttemptDelivery(parts).handle([message]))).toEqual([retryAfter(0)]);
});
