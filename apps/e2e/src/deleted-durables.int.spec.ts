import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { delivererConsumer, dispatcherConsumer, parseFacts, partitionOf } from '@postel/contracts';
import { connectBroker, readUpToNow, type Broker } from '@postel/jetstream';
import { waitUntil } from '@postel/testing';
import { eventIdOf } from './harness/event-id-of.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';

const patienceMs = 120_000;
let fleet: Fleet;
let broker: Broker;

beforeAll(async () => {
  fleet = await startFleet({ replicas: { dispatcher: 2 } });
  broker = await connectBroker({ servers: [fleet.nats.url], name: 'test' });
}, fleetPatienceMs);
afterAll(async () => {
  await broker?.close();
  await fleet?.stop();
}, fleetPatienceMs);

async function publish(type: string, count: number): Promise<string[]> {
  const events = Array.from({ length: count }, (_, n) => ({ type, data: { object: { n } } }));
  return (await fleet.api.publishBatch(events)).accepted.map(({ id }) => id);
}

/** Of each event in the log, how often its fan-out is told. */
async function fanOuts(type: string): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for await (const batch of readUpToNow(broker, 'LOG', 'postel.log.*.event.fanned_out', { seq: 1 })) {
    for (const { fact } of batch.flatMap(({ payload }) => parseFacts(payload)))
      if (fact.type === type) times[fact.eventId] = (times[fact.eventId] ?? 0) + 1;
  }
  return times;
}

async function untilAcknowledged(stream: string, durable: string): Promise<void> {
  await waitUntil(
    async () => {
      const info = await broker.jsm.consumers.info(stream, durable);
      return info.num_pending + info.num_ack_pending === 0;
    },
    { timeoutMs: 30_000, describe: `${durable} to have acknowledged all` },
  );
}

it.each([
  ['while two dispatchers run', async () => undefined, async () => undefined],
  [
    'while none runs',
    async () => {
      await Promise.all([0, 1].map((replica) => fleet.service('dispatcher', replica).kill()));
    },
    async () => {
      await Promise.all([0, 1].map((replica) => fleet.restart('dispatcher', replica)));
    },
  ],
])(
  'fans nothing out again, and all else, when the durable of the dispatchers is deleted %s',
  async (name, before, after) => {
    const type = `order.deleted_${name.includes('two') ? 'running' : 'stopped'}`;
    const receiver = await fleet.receiver();
    await fleet.api.createEndpoint({ url: receiver.url, events: [type] });
    const ids = await publish(type, 200);
    await waitUntil(() => receiver.requests.length >= ids.length, { timeoutMs: 60_000 });
    const { durable, stream } = dispatcherConsumer;
    await untilAcknowledged(stream, durable);
    await before();
    ids.push(...(name.includes('two') ? [] : await publish(type, 50)));
    await broker.jsm.consumers.delete(stream, durable);
    ids.push(...(await publish(type, 100)));
    await after();
    await waitUntil(() => new Set(receiver.requests.map(eventIdOf)).size === ids.length, {
      timeoutMs: 60_000,
      describe: 'all events to arrive',
    });
    await untilAcknowledged(stream, durable);
    expect(await fanOuts(type)).toEqual(Object.fromEntries(ids.map((id) => [id, 1])));
    expect(receiver.requests).toHaveLength(ids.length);
  },
  patienceMs,
);

it(
  'sends nothing again when a durable of the deliverers is deleted',
  async () => {
    const type = 'order.deleted_lane';
    const receiver = await fleet.receiver();
    const { id } = await fleet.api.createEndpoint({ url: receiver.url, events: [type] });
    const ids = await publish(type, 100);
    await waitUntil(() => receiver.requests.length >= ids.length, { timeoutMs: 60_000 });
    const { durable, stream } = delivererConsumer('delivery', partitionOf(id, 8));
    await untilAcknowledged(stream, durable);
    await broker.jsm.consumers.delete(stream, durable);
    ids.push(...(await publish(type, 100)));
    await waitUntil(() => new Set(receiver.requests.map(eventIdOf)).size === ids.length, {
      timeoutMs: 60_000,
      describe: 'all events to arrive',
    });
    await untilAcknowledged(stream, durable);
    expect(receiver.requests).toHaveLength(ids.length);
  },
  patienceMs,
);
