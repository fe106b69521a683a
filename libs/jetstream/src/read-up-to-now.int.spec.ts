import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import { BatchingPublisher } from './batching-publisher.js';
import { whereReplicaIsBehind } from './behind.fixture.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';
import { eraseMessage } from './read-message.js';
import { readStream } from './read-stream.js';
import { readUpToNow, type ReadFrom } from './read-up-to-now.js';

let nats: TestServer;
let broker: Broker;
let publisher: BatchingPublisher;
afterAll(expectNoLeaks);
beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  publisher = new BatchingPublisher(broker);
});
afterEach(async () => {
  await broker.close();
  await nats.stop();
});

const publish = (subject: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, () => publisher.publish({ subject, payload: new Uint8Array([1]) })),
  );
const consumers = async () => {
  const names: string[] = [];
  for await (const { name } of broker.jsm.consumers.list('EVENTS')) names.push(name);
  return names.filter((name) => name !== 'dispatcher');
};

async function read(
  from: ReadFrom,
  onBatch: () => Promise<unknown> = async () => undefined,
): Promise<number[]> {
  const seqs: number[] = [];
  for await (const batch of readUpToNow(broker, 'EVENTS', 'order.>', from)) {
    expect(batch.length).toBeLessThanOrEqual(16);
    seqs.push(...batch.map(({ seq }) => seq));
    await onBatch();
  }
  return seqs;
}

it('does not take for the end what is the end of a replica that is behind', async () => {
  await publish('user.created', 2);
  await publish('order.created', 1);
  const behind = await whereReplicaIsBehind(broker, 'user.created');
  const seen: number[] = [];
  const exporting = async () => {
    for await (const batch of readUpToNow(behind, 'EVENTS', '>', { seq: 1 }))
      seen.push(...batch.map(({ seq }) => seq));
  };
  await expect(exporting()).rejects.toThrow('EVENTS could not be read beyond 2');
  const { signal } = new AbortController();
  const counting = readStream(behind, {
    stream: 'EVENTS',
    after: 0,
    upTo: 3,
    signal,
    onBatch: (batch) => void seen.push(...batch.map(({ seq }) => seq)),
  });
  await expect(counting).rejects.toThrow('EVENTS could not be read beyond 2');
  expect(seen).toEqual([1, 2, 1, 2]);
});

it('reads what fits the filter up to where it began, whatever comes and goes meanwhile', async () => {
  await publish('order.created', 40);
  await publish('user.created', 5);
  await publish('order.created', 10);
  let batches = 0;
  const seqs = await read({ seq: 1 }, async () => {
    batches += 1;
    await publish('order.created', 1);
    if (batches === 1) for (const seq of [54, 55]) await eraseMessage(broker, 'EVENTS', seq);
  });
  expect(seqs).toEqual([...range(1, 40), ...range(46, 53)]);
  expect(await consumers()).toEqual([]);
});

it('begins at a position or a time, and ends at once where there is nothing', async () => {
  expect(await read({ seq: 0 })).toEqual([]);
  await publish('order.created', 3);
  expect(await read({ seq: 3 })).toEqual([3]);
  expect(await read({ seq: 4 })).toEqual([]);
  expect(await read({ seq: 9_999_999_999_999 })).toEqual([]);
  expect(await read({ timeMs: Date.now() + 60_000 })).toEqual([]);
  expect(await read({ timeMs: Date.now() - 60_000 })).toEqual([1, 2, 3]);
});

it('leaves nothing on the broker when its reader goes away', async () => {
  await publish('order.created', 100);
  for await (const batch of readUpToNow(broker, 'EVENTS', 'order.>', { seq: 1 })) {
    expect(batch).toHaveLength(16);
    break;
  }
  expect(await consumers()).toEqual([]);
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
