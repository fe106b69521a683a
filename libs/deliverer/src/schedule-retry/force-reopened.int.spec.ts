import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeDelivery, type DeliveryReopened } from '@postel/contracts';
import { BatchingPublisher, connectBroker, ensureTopology, FactLog, type Broker } from '@postel/jetstream';
import { createLogger, createMeters, type Failpoints } from '@postel/telemetry';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { ForceReopened } from './force-reopened.js';
import type { StoredEvent } from './ports.js';

let nats: TestServer;
let broker: Broker;
let log: FactLog;
let forced: ForceReopened;
/** Endpoints whose probe is to go at once. */
const hurried = new Set<string>();
beforeAll(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  log = new FactLog(broker);
  const payload = Buffer.from('{"data":{"object":{}}}');
  const stored: StoredEvent = { payload, headers: {}, isErased: false };
  forced = new ForceReopened({
    broker,
    // ep_closed answers, and ep_other is of another owner
    circuits: {
      isOpen: (endpointId) => endpointId !== 'ep_closed',
      hurryProbe: ({ endpointId }) => void hurried.add(endpointId),
    },
    owned: new Set([0]),
    partitionOf: (endpointId) => (endpointId === 'ep_other' ? 1 : 0),
    logger: createLogger('test', 'silent'),
    events: { load: (wanted) => Promise.resolve(new Map(wanted.map(({ seq }) => [seq, stored]))) },
    attempts: null,
    deliveries: new BatchingPublisher(broker),
    admission: { expecting: () => undefined, arrived: () => undefined },
    log,
    tables: { table: () => new Map() } as never,
    partitions: 1,
    failpoints: { hit: () => undefined } as unknown as Failpoints,
    meters: createMeters({ processMetrics: false }),
    nowMs: () => Date.now(),
  });
  forced.start();
});
afterAll(async () => {
  await forced.stop();
  await broker.close();
  await nats.stop();
  await expectNoLeaks();
});

const reopened = (deliveryId: string, part: Partial<DeliveryReopened> = {}): DeliveryReopened => ({
  v: 1,
  fact: 'delivery.reopened',
  tenant: 'default',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'order.created',
  acceptedAtMs: 1,
  atMs: 2,
  deliveryId,
  endpointId: 'ep_1',
  hop: 3,
  attemptsMade: 3,
  attemptsBeforeReopen: 3,
  apiVersion: '2024-01-01',
  by: 'retry',
  actor: 'admin',
  dueAtMs: 2,
  lane: 'retry',
  ...part,
});

/** What is due, in its order. */
async function putBack(): Promise<{ readonly deliveryId: string; readonly hop: number }[]> {
  const { state } = await broker.jsm.streams.info('DELIVERIES');
  const metas = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await broker.jsm.streams.getMessage('DELIVERIES', { seq });
    const decoded = message && decodeDelivery(message.data, () => undefined);
    if (decoded) metas.push(decoded.meta);
  }
  return metas;
}

/** Once this one has gone, all that was told before it has been looked at. */
async function untilGone(deliveryId: string): Promise<void> {
  await waitUntil(
    async () => {
      await log.append(reopened(deliveryId)); // it may not follow yet, and the broker drops repetitions
      return (await putBack()).some((meta) => meta.deliveryId === deliveryId);
    },
    { describe: `${deliveryId} to be put back` },
  );
}

it('lets what is retried by hand pass an open circuit, but what has a number, which goes when it is its turn', async () => {
  await untilGone('dlv_follows');
  const ordering = { key: 'k', sequence: 3 };
  await log.append(
    reopened('dlv_numbered', { ordering }),
    reopened('dlv_redriven_numbered', { ordering, by: 'redrive' }),
    reopened('dlv_without_number', { ordering: { key: 'k' } }),
    reopened('dlv_retried'),
    reopened('dlv_redriven', { by: 'redrive' }),
    reopened('dlv_redriven_too', { by: 'redrive' }),
    reopened('dlv_closed', { endpointId: 'ep_closed' }),
    reopened('dlv_other', { endpointId: 'ep_other' }),
    reopened('dlv_numbered_other', { endpointId: 'ep_other', ordering }),
  );
  // what comes with the first of these may be of the same batch
  await untilGone('dlv_next');
  await untilGone('dlv_last');
  const told = (await putBack()).map(({ deliveryId, hop }) => `${deliveryId} ${hop}`);
  const expected = ['follows', 'without_number', 'retried', 'redriven', 'next', 'last'];
  expect(told.sort()).toEqual(expected.map((name) => `dlv_${name} 4`).sort());
  expect([...hurried]).toEqual(['ep_1']);
});
