import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import { BatchingPublisher, connectBroker, ensureTopology, FactLog, type Broker } from '@postel/jetstream';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import { whereToBegin } from './where-to-begin.js';

let nats: TestServer;
let broker: Broker;
let log: FactLog;

beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  log = new FactLog(broker);
});
afterEach(async () => {
  await broker.close();
  await nats.stop();
});
afterAll(expectNoLeaks);

const hourMs = 3_600_000;

async function accept(count: number): Promise<void> {
  const publisher = new BatchingPublisher(broker);
  for (let n = 0; n < count; n++)
    await publisher.publish({ subject: 'order.created', payload: Buffer.from('{}') });
}

const later = () => Date.now() + 1_000;
const unmatched = (eventSeq: number, atMs = later(), acceptedAtMs = later()): LogFact => ({
  v: 1,
  fact: 'event.unmatched',
  tenant: 'default',
  eventId: `evt_${eventSeq}`,
  eventSeq,
  type: 'order.created',
  acceptedAtMs,
  atMs,
});
const tell = (...facts: LogFact[]) => log.append(...facts);

it('begins at the beginning where nothing was accepted, or nothing told', async () => {
  expect(await whereToBegin(broker)).toBe(1);
  await accept(3);
  expect(await whereToBegin(broker)).toBe(1);
});

it('begins at the first event that has no fate, whatever was told behind it', async () => {
  await accept(9);
  const long = later() - hourMs;
  await tell(...[1, 2, 3, 5, 6].map((seq) => unmatched(seq, long)), unmatched(8));
  expect(await whereToBegin(broker)).toBe(4);
});

it('hands out again what was told last, of which the deliveries may be missing', async () => {
  await accept(9);
  const long = later() - hourMs;
  await tell(...[1, 2, 3, 4, 5, 7].map((seq) => unmatched(seq, long)), unmatched(6), unmatched(8));
  expect(await whereToBegin(broker)).toBe(6);
});

it('goes by nothing that was told of another stream, which was deleted', async () => {
  await tell(...[1, 2, 3].map((seq) => unmatched(seq, later(), Date.now() - hourMs)));
  await accept(3);
  expect(await whereToBegin(broker)).toBe(1);
});

it('takes for fanned out what is older than a log that was purged', async () => {
  await accept(9);
  const long = later() - hourMs;
  for (const seq of [1, 2, 3, 4, 5]) await tell(unmatched(seq, long));
  await broker.jsm.streams.purge('LOG', { seq: 4 });
  await tell(unmatched(7));
  expect(await whereToBegin(broker)).toBe(6);
});
