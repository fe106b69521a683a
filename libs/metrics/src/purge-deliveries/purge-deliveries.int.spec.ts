import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { delivererConsumer, lanes } from '@postel/contracts';
import { connectBroker, ensureConsumer, ensureTopology, type Broker } from '@postel/jetstream';
import { createLogger, createMeters } from '@postel/telemetry';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import type { MetricsParts } from '../parts.js';
import { PurgeDeliveries } from './purge-deliveries.js';

let nats: TestServer;
let broker: Broker;
beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  for (const lane of lanes) await ensureConsumer(broker, delivererConsumer(lane, 0));
});
afterEach(async () => {
  await broker.close();
  await nats.stop();
});
afterAll(expectNoLeaks);

const list = '$JS.API.CONSUMER.LIST.DELIVERIES';

/** The same broker, whose consumers answer as they do now: they are where a replica falls behind from now on. */
async function withConsumersBehind(): Promise<{ readonly broker: Broker; readonly lists: () => number }> {
  const { data } = await broker.nc.request(list, JSON.stringify({ offset: 0 }));
  let lists = 0;
  const nc = Object.assign(Object.create(broker.nc) as Broker['nc'], {
    publish: (...[subject, payload, options]: Parameters<Broker['nc']['publish']>) => {
      if (subject !== list) return broker.nc.publish(subject, payload, options);
      lists += 1;
      broker.nc.publish(options?.reply ?? '', data);
    },
  });
  return { broker: { ...broker, nc }, lists: () => lists };
}

const janitorOf = (on: Broker) =>
  new PurgeDeliveries({
    broker: on,
    partitions: 1,
    logger: createLogger('test', 'silent'),
    meters: createMeters({ processMetrics: false }),
    nowMs: () => Date.now(),
  } as unknown as MetricsParts);

const publish = (subject: string) => broker.js.publish(subject, 'a delivery');
const state = async () => (await broker.jsm.streams.info('DELIVERIES')).state;

async function acknowledgeAll(durable: string, count: number): Promise<void> {
  const consumer = await broker.js.consumers.get('DELIVERIES', durable);
  for await (const message of await consumer.fetch({ max_messages: count, expires: 5_000 }))
    await message.ackAck();
}

it('keeps what a durable says nothing of, because its replica does not have it yet', async () => {
  const { durable } = delivererConsumer('delivery', 0);
  const { config } = await broker.jsm.consumers.info('DELIVERIES', durable);
  // without a pin, which is nothing of this test's
  await broker.jsm.consumers.delete('DELIVERIES', durable);
  const { priority_groups: _groups, priority_policy: _policy, priority_timeout: _timeout, ...plain } = config;
  await broker.jsm.consumers.add('DELIVERIES', plain);
  await publish('postel.delivery.0.ep_a');
  await acknowledgeAll(durable, 1);
  const behind = await withConsumersBehind();
  await publish('postel.delivery.0.ep_a');

  const janitor = janitorOf(behind.broker);
  janitor.start();
  await waitUntil(() => behind.lists() > 1, { timeoutMs: 20_000, describe: 'two rounds' });
  await janitor.stop();
  expect(await state()).toMatchObject({ first_seq: 2, last_seq: 2, messages: 1 });

  await acknowledgeAll(durable, 1);
  const level = janitorOf(broker);
  level.start();
  await waitUntil(async () => (await state()).messages === 0, { timeoutMs: 20_000, describe: 'the purge' });
  await level.stop();
});
