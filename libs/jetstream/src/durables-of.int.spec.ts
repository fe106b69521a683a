import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { delivererConsumer } from '@postel/contracts';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import { connectBroker, type Broker } from './connect-broker.js';
import { consumedUpTo, durablesOf } from './durables-of.js';
import { ensureConsumer } from './ensure-consumer.js';
import { ensureTopology } from './ensure-topology.js';
import { formerPartitionConsumers } from './former-partitions.js';

let nats: TestServer;
let broker: Broker;
beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
});
afterEach(async () => {
  await broker.close();
  await nats.stop();
});
afterAll(expectNoLeaks);

it('asks the stream what is left for a durable that says it has nothing', async () => {
  await ensureConsumer(broker, delivererConsumer('delivery', 0));
  await broker.js.publish('postel.delivery.1.ep_a', 'for another');
  const [before] = await durablesOf(broker, 'DELIVERIES');
  if (!before) throw new Error('the durable is not listed');
  expect(await consumedUpTo(broker, before)).toBe(Infinity);
  await broker.js.publish('postel.delivery.0.ep_a', 'for it');
  expect(await consumedUpTo(broker, before)).toBe(1);
});

it('knows partitions of before by their consumers', async () => {
  expect(await formerPartitionConsumers(broker, 1)).toEqual([]);
  for (const partition of [0, 3]) await ensureConsumer(broker, delivererConsumer('retry', partition));
  expect(await formerPartitionConsumers(broker, 1)).toEqual([delivererConsumer('retry', 3)]);
});
