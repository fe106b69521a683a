import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { BatchingPublisher } from './batching-publisher.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';
import {
  eraseMessage,
  firstSequenceSince,
  lastSequenceOf,
  readMessage,
  storedAtMsFrom,
} from './read-message.js';

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

const publish = async (subject: string) =>
  (await publisher.publish({ subject, payload: new Uint8Array([1]) })).seq;
const tries = Array.from({ length: 40 });
/** Asked often enough that each of those who may answer has answered. */
const often = async (ask: () => Promise<unknown>) => new Set(await Promise.all(tries.map(ask)));

/** Which of those answer is not for us to say: one of them is a replica that has not caught up. */
async function addReplicaThatIsBehind(): Promise<void> {
  await broker.jsm.streams.add({
    name: 'BEHIND',
    allow_direct: true,
    mirror_direct: true,
    mirror: { name: 'EVENTS', filter_subject: 'user.created' },
  });
  // it answers as soon as it has what it is to have
  await publish('user.created');
  await waitUntil(async () => {
    const answers = await Promise.all(
      tries.map(() =>
        broker.jsm.direct.getMessage('EVENTS', { last_by_subj: 'order.created' }).catch(() => null),
      ),
    );
    return answers.some((answer) => answer === null);
  });
}

describe('where a replica is behind', () => {
  it('finds what is there, and says of nothing that it is gone', async () => {
    const seq = await publish('order.created');
    await addReplicaThatIsBehind();
    expect(await often(async () => (await readMessage(broker, 'EVENTS', seq))?.subject)).toEqual(
      new Set(['order.created']),
    );
  });

  it('says how far the stream is, and since when', async () => {
    const startedMs = Date.now() - 60_000;
    const seq = await publish('order.created');
    await addReplicaThatIsBehind();
    expect(await often(() => lastSequenceOf(broker, 'EVENTS', 'order.>'))).toEqual(new Set([seq]));
    expect(await often(() => firstSequenceSince(broker, 'EVENTS', startedMs))).toEqual(new Set([1]));
    const storedAtMs = (await readMessage(broker, 'EVENTS', seq))?.storedAtMs;
    expect(await often(() => storedAtMsFrom(broker, 'EVENTS', seq))).toEqual(new Set([storedAtMs]));
  });
});

describe('a message that is gone', () => {
  it('is told from one that was erased before another, and from the last one', async () => {
    const [first, last] = [await publish('order.created'), await publish('order.created')];
    for (const seq of [first, last]) await eraseMessage(broker, 'EVENTS', seq);
    await eraseMessage(broker, 'EVENTS', last);
    expect(await readMessage(broker, 'EVENTS', first)).toBeNull();
    expect(await readMessage(broker, 'EVENTS', last)).toBeNull();
  });

  it('is not told of while the broker that answers has not come that far', async () => {
    const reading = readMessage(broker, 'EVENTS', 1);
    // both are answered in their turn, so that it has been looked at least once
    await expect(broker.jsm.direct.getMessage('EVENTS', { seq: 1 })).resolves.toBeNull();
    await broker.jsm.streams.info('EVENTS');
    await publish('order.created');
    expect((await reading)?.subject).toBe('order.created');
  });

  it('is not told of where the stream is not there', async () => {
    await broker.jsm.streams.delete('EVENTS');
    await expect(readMessage(broker, 'EVENTS', 1)).rejects.toThrow('no responders');
    await expect(lastSequenceOf(broker, 'EVENTS', '>')).rejects.toThrow('stream not found');
    await expect(eraseMessage(broker, 'EVENTS', 1)).rejects.toThrow('stream not found');
  });
});
