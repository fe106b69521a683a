import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import { setImmediate } from 'node:timers/promises';
import { BatchingPublisher } from './batching-publisher.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';
import { PublishError } from './publish-error.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Others published in the same turn: few messages go singly, more in a batch. */
const besides = [0, 20];
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

describe('BatchingPublisher', () => {
  let nats: TestServer;
  let broker: Broker;

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
  });
  afterEach(async () => {
    await broker.close();
    await nats.stop();
  });

  it('confirms each message with its own position, in the order of publishing', async () => {
    const publisher = new BatchingPublisher(broker);
    const published = await Promise.all(
      Array.from({ length: 1_200 }, (_, i) =>
        publisher.publish({ subject: 'order.created', payload: bytes(`{"n":${i}}`) }),
      ),
    );
    expect(published.every(({ duplicate }) => !duplicate)).toBe(true);
    for (const i of [0, 1, 499, 500, 777, 1_199]) {
      const stored = await broker.jsm.streams.getMessage('EVENTS', { seq: published[i]?.seq ?? 0 });
      expect(stored?.json()).toEqual({ n: i });
    }
    expect((await broker.jsm.streams.info('EVENTS')).state.messages).toBe(1_200);
  });

  it.each(besides)(
    'tells a duplicate by the position of its original beside %i, and stores its neighbours',
    async (beside) => {
      const publisher = new BatchingPublisher(broker);
      const original = await publisher.publish({
        subject: 'order.created',
        payload: bytes('{}'),
        messageId: 'default:a',
      });
      const again = await Promise.all(
        ['x', 'default:a', 'y', 'z', ...numbers(beside).map(String)].map((messageId) =>
          publisher.publish({ subject: 'order.created', payload: bytes('{}'), messageId }),
        ),
      );
      expect(again.map(({ duplicate }) => duplicate)).toEqual(again.map((_, number) => number === 1));
      expect(again[1]?.seq).toBe(original.seq);
      expect((await broker.jsm.streams.info('EVENTS')).state.messages).toBe(4 + beside);
    },
  );

  it('stores what is ordered in its order, though a duplicate makes it send the first of the batches again', async () => {
    const publisher = new BatchingPublisher(broker);
    const publish = (n: number) =>
      publisher.publish({
        subject: 'order.created',
        payload: bytes(`{"n":${n}}`),
        messageId: `default:${n}`,
        orderedBy: `default:${n % 7}`,
      });
    await publish(100);
    const published = await Promise.all(numbers(1_200).map(publish));
    expect(published.flatMap(({ duplicate }, n) => (duplicate ? [n] : []))).toEqual([100]);
    for (const order of numbers(7)) {
      const positions = published.filter((_, n) => n % 7 === order && n !== 100).map(({ seq }) => seq);
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    }
    expect((await broker.jsm.streams.info('EVENTS')).state.messages).toBe(1_200);
    expect(publisher.pending).toBe(0);
  });

  it.each(besides)(
    'refuses what is too large for the broker beside %i, and stores its neighbours',
    async (beside) => {
      const publisher = new BatchingPublisher(broker);
      const most = broker.nc.info?.max_payload ?? 0;
      const publish = (sizeBytes: number) =>
        publisher.publish({ subject: 'order.created', payload: new Uint8Array(sizeBytes) }).then(
          ({ seq }) => seq,
          (error: unknown) => (error instanceof PublishError ? error.kind : error),
        );
      expect(await publish(most)).toBe('refused');
      const sizes = [1, most + 1, 2, ...numbers(beside)];
      const results = await Promise.all(sizes.map(publish));
      expect(results).toEqual(sizes.map((_, number) => (number === 1 ? 'refused' : Math.max(1, number))));
    },
  );

  it('tells 1,000 duplicates in a moment', async () => {
    const publisher = new BatchingPublisher(broker);
    const publishAll = () =>
      Promise.all(
        Array.from({ length: 1_000 }, (_, i) =>
          publisher.publish({ subject: 'order.created', payload: bytes('{}'), messageId: `default:${i}` }),
        ),
      );
    const originals = await publishAll();
    const requestsBefore = broker.nc.stats().outMsgs;
    const repeated = await publishAll();
    expect(repeated).toEqual(originals.map(({ seq }) => ({ seq, duplicate: true })));
    // each message went out a handful of times, not once for every halving down to one
    expect(broker.nc.stats().outMsgs - requestsBefore).toBeLessThan(8_000);
  });

  it.each(besides)('tells a duplicate of what is published with it, beside %i', async (beside) => {
    const publisher = new BatchingPublisher(broker);
    const published = await Promise.all(
      ['a', 'b', 'a', ...numbers(beside).map(String)].map((messageId) =>
        publisher.publish({ subject: 'order.created', payload: bytes('{}'), messageId }),
      ),
    );
    expect(published.filter(({ duplicate }) => duplicate)).toHaveLength(1);
    expect((await broker.jsm.streams.info('EVENTS')).state.messages).toBe(2 + beside);
  });

  it.each(besides)('fails only the message that the broker cannot store, beside %i', async (beside) => {
    const publisher = new BatchingPublisher(broker);
    await broker.jsm.streams.update('EVENTS', { max_msg_size: 1_000 });
    const results = await Promise.allSettled(
      [10, 2_000, 10, ...numbers(beside)].map((size) =>
        publisher.publish({ subject: 'order.created', payload: new Uint8Array(size) }),
      ),
    );
    const [before, tooLarge, ...after] = results.map(({ status }) => status);
    expect([before, tooLarge]).toEqual(['fulfilled', 'rejected']);
    expect(after).toEqual(after.map(() => 'fulfilled'));
    expect(results[1]).toMatchObject({ reason: { name: 'PublishError', kind: 'refused' } });
  });

  it.each(besides)(
    'tells every caller beside %i when the stream is full, and works again when there is room',
    async (beside) => {
      const publisher = new BatchingPublisher(broker);
      await broker.jsm.streams.update('EVENTS', { max_msgs: 2 });
      const publish = () => publisher.publish({ subject: 'order.created', payload: bytes('{}') });
      const results = await Promise.allSettled([
        publish(),
        publish(),
        publish(),
        ...numbers(beside).map(publish),
      ]);
      expect(results.some((result) => result.status === 'rejected')).toBe(true);
      const { state } = await broker.jsm.streams.info('EVENTS');
      expect(state.messages).toBe(results.filter(({ status }) => status === 'fulfilled').length);
      await broker.jsm.streams.update('EVENTS', { max_msgs: -1 });
      await expect(publish()).resolves.toMatchObject({ duplicate: false });
    },
  );

  it('keeps nobody waiting for a broker that refuses a batch and answers no single message', async () => {
    // as nats-server does once its disk has been full
    broker.nc.subscribe('full.>', {
      callback: (_, message) => {
        if (!message.headers?.has('Nats-Batch-Commit')) return;
        message.respond(
          JSON.stringify({ error: { code: 400, err_code: 10_176, description: 'incomplete' } }),
        );
      },
    });
    const timeoutMs = 500;
    const publisher = new BatchingPublisher(broker, { timeoutMs });
    const startedMs = performance.now();
    const results = await Promise.allSettled(
      numbers(200).map(() => publisher.publish({ subject: 'full.disk', payload: bytes('{}') })),
    );
    expect(performance.now() - startedMs).toBeLessThan(3 * timeoutMs); // few by few it would be 32 of them
    expect(results.map(({ status }) => status)).toEqual(results.map(() => 'rejected'));
    expect(results[199]).toMatchObject({ reason: { name: 'PublishError', kind: 'unavailable' } });
  });

  describe('beside a publish that gets no answer', () => {
    const timeoutMs = 500;
    const publishing = (publisher: BatchingPublisher, subject: string) =>
      publisher.publish({ subject, payload: bytes('{}') }).then(
        () => 'stored',
        (error: unknown) => (error instanceof PublishError ? error.kind : error),
      );
    beforeEach(() => void broker.nc.subscribe('silent.>', { callback: () => undefined }));

    it('tells what waits behind it as soon as nothing was stored in that time', async () => {
      const publisher = new BatchingPublisher(broker, { timeoutMs, maxInFlight: 1 });
      const first = publishing(publisher, 'silent.first');
      await setImmediate(); // it is under way
      const others = numbers(1_200).map(() => publishing(publisher, 'silent.next'));
      const told = Promise.all(others);
      let areTold = false;
      void told.then(() => (areTold = true));
      expect(await first).toBe('unavailable');
      await setImmediate(); // and not when three batches more had no answer
      expect(areTold).toBe(true);
      expect(new Set(await told)).toEqual(new Set(['unavailable']));
      expect(publisher.pending).toBe(0);
      expect(await publishing(publisher, 'order.created')).toBe('stored');
    });

    it('fails nothing that is stored meanwhile', async () => {
      const publisher = new BatchingPublisher(broker, { timeoutMs });
      let isTold = false;
      const silent = publishing(publisher, 'silent.first').finally(() => (isTold = true));
      const results = new Set<unknown>();
      const storeOn = async () => {
        while (!isTold) results.add(await publishing(publisher, 'order.created'));
      };
      // one is under way beside the silent one, and others wait for it
      await Promise.all(
        numbers(4).map(async (turns) => {
          for (let turn = 0; turn < turns; turn++) await setImmediate();
          await storeOn();
        }),
      );
      expect(await silent).toBe('unavailable');
      expect([...results]).toEqual(['stored']);
    });
  });

  it('names a subject that no stream takes', async () => {
    const publisher = new BatchingPublisher(broker);
    const error: unknown = await publisher
      .publish({ subject: 'nobody.listens', payload: bytes('{}') })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PublishError);
    expect(error).toMatchObject({ kind: 'no_stream' });
  });

  it('waits its turn when too many batches are open at the broker', async () => {
    // 60 publishers with one batch each are more than the 50 that a stream takes at once
    const publishers = Array.from({ length: 60 }, () => new BatchingPublisher(broker));
    const results = await Promise.all(
      publishers.flatMap((publisher) =>
        Array.from({ length: 20 }, () =>
          publisher.publish({ subject: 'order.created', payload: new Uint8Array(2_000) }),
        ),
      ),
    );
    expect(new Set(results.map(({ seq }) => seq)).size).toBe(1_200);
  });

  it('refuses at once what would wait beyond its room, and has room again when that is stored', async () => {
    const payload = new Uint8Array(100 * 1024);
    const publisher = new BatchingPublisher(broker, { maxWaitingBytes: 10.5 * (payload.length + 1_024) });
    const publishAll = () =>
      Promise.allSettled(numbers(15).map(() => publisher.publish({ subject: 'order.created', payload })));
    for (const stored of [10, 20]) {
      const results = await publishAll();
      const refused = results.filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(5);
      for (const result of refused) expect(result).toMatchObject({ reason: { kind: 'full' } });
      expect((await broker.jsm.streams.info('EVENTS')).state.messages).toBe(stored);
    }
  });
});
