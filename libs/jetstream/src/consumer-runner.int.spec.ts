import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AckPolicy } from '@nats-io/jetstream';
import {
  delivererConsumer,
  deliveryPackSubject,
  deliverySubject,
  dispatcherConsumer,
  encodeDelivery,
  encodeDeliveryPack,
  type DeliveryMeta,
} from '@postel/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { BatchingPublisher } from './batching-publisher.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ConsumerRunner, type BatchHandler, type RunnerOptions } from './consumer-runner.js';
import { ensureTopology } from './ensure-topology.js';
import type { IncomingMessage } from './incoming-message.js';
import { ack, discard, retryAfter, waitHere } from './outcome.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);

/** By another consumer that says nothing: until the broker has given out to it, so often, what it did not acknowledge. */
async function untilGivenOutAgain(on: Broker, ackWaitMs: number, times: number): Promise<void> {
  const ack_wait = ackWaitMs * 1e6;
  const durable_name = 'silent';
  await on.jsm.consumers.add('EVENTS', { durable_name, ack_policy: AckPolicy.Explicit, ack_wait });
  const silent = await on.js.consumers.get('EVENTS', durable_name);
  for (let deliveries = 0; deliveries <= times;) {
    const message = await silent.next({ expires: 10_000 });
    deliveries = message?.info.deliveryCount ?? 0;
  }
}

describe('ConsumerRunner', () => {
  let nats: TestServer;
  let brokers: Broker[];
  let runners: ConsumerRunner[];
  const troubles: string[] = [];

  const broker = async () => {
    const made = await connectBroker({ servers: [nats.url], name: 'test' });
    brokers.push(made);
    return made;
  };
  const run = async (
    on: Broker,
    spec: ConstructorParameters<typeof ConsumerRunner>[1],
    handler: BatchHandler,
    more: Pick<RunnerOptions, 'aside'> = {},
  ) => {
    const runner = new ConsumerRunner(on, spec, handler, {
      ...more,
      prefetch: 100,
      onTrouble: (line) => troubles.push(line),
    });
    runners.push(runner);
    await runner.start();
    return runner;
  };

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    brokers = [];
    runners = [];
    await ensureTopology(await broker(), { replicas: 1 });
  });
  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop(100)));
    await Promise.all(brokers.map((made) => made.close()));
    await nats.stop();
  });

  it('hands over what arrives together and settles each message by its outcome', async () => {
    const on = await broker();
    const seen: string[] = [];
    await run(on, { ...dispatcherConsumer, ackWaitMs: 2_000 }, (batch) =>
      Promise.resolve(
        batch.map((message) => {
          seen.push(`${text(message.payload)}#${message.deliveryCount}`);
          if (text(message.payload) === 'again' && message.deliveryCount === 1)
            return Promise.resolve(retryAfter(10));
          if (text(message.payload) === 'never') return Promise.resolve(discard('no use'));
          if (text(message.payload) === 'throws' && message.deliveryCount === 1)
            return Promise.reject(new Error('once'));
          return Promise.resolve(ack());
        }),
      ),
    );
    const publisher = new BatchingPublisher(on);
    for (const payload of ['ok', 'again', 'never', 'throws']) {
      await publisher.publish({ subject: 'order.created', payload: bytes(payload) });
    }
    await waitUntil(async () => {
      const info = await on.jsm.consumers.info('EVENTS', 'dispatcher');
      return info.num_pending === 0 && info.num_ack_pending === 0 && info.ack_floor.stream_seq === 4;
    });
    expect([...seen].sort()).toEqual(['again#1', 'again#2', 'never#1', 'ok#1', 'throws#1', 'throws#2']);
  });

  it('holds no more bytes at once than it should, and gets the rest when there is room again', async () => {
    const on = await broker();
    const megabyte = new Uint8Array(1024 * 1024);
    const publisher = new BatchingPublisher(on);
    for (let n = 0; n < 24; n++) await publisher.publish({ subject: 'order.created', payload: megabyte });
    const held: (() => void)[] = [];
    let seen = 0;
    await run(on, dispatcherConsumer, (batch) => {
      seen += batch.length;
      return Promise.resolve(batch.map(() => new Promise((end) => held.push(() => end(ack())))));
    });
    // a pull of 8 MiB, and another that was asked for just below that
    await waitUntil(() => seen >= 7);
    const room = await broker();
    for (let looks = 0; looks < 20; looks++) await room.jsm.consumers.info('EVENTS', 'dispatcher');
    expect(seen).toBeLessThanOrEqual(16);
    await waitUntil(() => {
      for (const end of held.splice(0)) end();
      return seen === 24;
    });
  });

  it('reads on past what its handler has set aside, and no further than the window past the rest', async () => {
    const on = await broker();
    const publisher = new BatchingPublisher(on);
    const published = Array.from({ length: 1_000 }, () =>
      publisher.publish({ subject: 'order.created', payload: bytes('{}') }),
    );
    await Promise.all(published);
    let seen = 0;
    const aside = () => Math.min(seen, 450);
    const held = (batch: readonly IncomingMessage[]) => {
      seen += batch.length;
      return Promise.resolve(batch.map(() => new Promise<never>(() => undefined)));
    };
    await run(on, dispatcherConsumer, held, { aside });
    await waitUntil(() => seen === 550);
    const room = await broker();
    for (let looks = 0; looks < 20; looks++) await room.jsm.consumers.info('EVENTS', 'dispatcher');
    expect(seen).toBe(550);
  });

  it('hands out nothing while it is paused, and goes on afterwards', async () => {
    const on = await broker();
    const seen: string[] = [];
    const runner = await run(on, dispatcherConsumer, (batch) => {
      seen.push(...batch.map(({ payload }) => text(payload)));
      return Promise.resolve(batch.map(() => Promise.resolve(ack())));
    });
    const publisher = new BatchingPublisher(on);
    await publisher.publish({ subject: 'order.created', payload: bytes('a') });
    await waitUntil(() => seen.length === 1);
    await runner.pause(100);
    await publisher.publish({ subject: 'order.created', payload: bytes('b') });
    const info = () => on.jsm.consumers.info('EVENTS', 'dispatcher');
    // its last request has ended at the broker
    await waitUntil(async () => (await info()).num_waiting === 0);
    expect(seen).toEqual(['a']);
    runner.resume();
    await waitUntil(() => seen.length === 2);
    expect(seen).toEqual(['a', 'b']);
  });

  it('keeps what takes longer than the ack wait, and gives nothing of it out again', async () => {
    const on = await broker();
    const spec = { ...dispatcherConsumer, ackWaitMs: 900 };
    const seen: string[] = [];
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    await run(on, spec, (batch) => {
      for (const message of batch) seen.push(`${text(message.payload)}#${message.deliveryCount}`);
      return Promise.resolve(batch.map(() => ended.then(() => ack())));
    });
    const publisher = new BatchingPublisher(on);
    await Promise.all(
      ['a', 'b'].map((payload) => publisher.publish({ subject: 'order.created', payload: bytes(payload) })),
    );
    await waitUntil(() => seen.length === 2);
    await untilGivenOutAgain(on, spec.ackWaitMs, 2);
    end();
    await waitUntil(async () => (await on.jsm.consumers.info('EVENTS', 'dispatcher')).num_ack_pending === 0);
    expect(seen).toEqual(['a#1', 'b#1']);
  });

  it('tries again by itself what waits here, and lets the broker count nothing', async () => {
    const on = await broker();
    const tries: Record<string, string[]> = { a: [], b: [] };
    // it waits for longer than that
    await run(on, { ...dispatcherConsumer, ackWaitMs: 2_000 }, (batch) =>
      Promise.resolve(
        batch.map(({ payload, deliveryCount, isAgain }) => {
          const seen = tries[text(payload)] ?? [];
          seen.push(`${deliveryCount} ${isAgain ? 'again' : 'first'}`);
          return Promise.resolve(seen.length < 3 ? waitHere() : ack());
        }),
      ),
    );
    const publisher = new BatchingPublisher(on);
    await Promise.all(
      ['a', 'b'].map((payload) => publisher.publish({ subject: 'order.created', payload: bytes(payload) })),
    );
    const info = () => on.jsm.consumers.info('EVENTS', 'dispatcher');
    await waitUntil(async () => (await info()).ack_floor.stream_seq === 2);
    const each = ['1 first', '1 again', '1 again'];
    expect(tries).toEqual({ a: each, b: each });
  });

  it.each(['stop', 'pause'] as const)('gives back what waits here when it is to %s, at once', async (how) => {
    const [first, second] = [await broker(), await broker()];
    const seen: string[] = [];
    const runner = await run(first, { ...dispatcherConsumer, ackWaitMs: 600_000 }, (batch) => {
      seen.push(...batch.map(({ payload }) => `first:${text(payload)}`));
      return Promise.resolve(batch.map(() => Promise.resolve(waitHere())));
    });
    await new BatchingPublisher(second).publish({ subject: 'order.created', payload: bytes('a') });
    await waitUntil(() => seen.length === 1);
    await runner[how](600_000);
    await run(second, { ...dispatcherConsumer, ackWaitMs: 600_000 }, (batch) => {
      seen.push(...batch.map(({ payload, deliveryCount }) => `next:${text(payload)}#${deliveryCount}`));
      return Promise.resolve(batch.map(() => Promise.resolve(ack())));
    });
    await waitUntil(() => seen.some((line) => line.startsWith('next')));
    expect(seen).toEqual(['first:a', 'next:a#2']);
  });

  it('holds once what waits here and is handed out again, because its consumer was lost', async () => {
    const on = await broker();
    let isFull = true;
    const seen: boolean[] = [];
    await run(on, dispatcherConsumer, (batch) => {
      seen.push(...batch.map(({ isAgain }) => isAgain));
      return Promise.resolve(batch.map(() => Promise.resolve(isFull ? waitHere() : ack())));
    });
    await new BatchingPublisher(on).publish({ subject: 'order.created', payload: bytes('a') });
    // now it waits for the longest
    await waitUntil(() => seen.length === 3);
    await on.jsm.consumers.delete('EVENTS', 'dispatcher');
    await waitUntil(() => seen.length === 4);
    isFull = false;
    const isDone = async () =>
      (await on.jsm.consumers.info('EVENTS', 'dispatcher')).ack_floor.stream_seq === 1;
    await waitUntil(isDone);
    expect(seen.filter((isAgain) => !isAgain)).toEqual([false]);
  });

  it.each([
    ['hands a backlog over together', 3_000, [['a', 'b', 'c']]],
    ['waits for nothing where nothing stands behind', 600_000, [['a']]],
  ])('%s', async (_what, gatherMs, expected) => {
    const on = await broker();
    const publisher = new BatchingPublisher(on);
    const publish = (payload: string) =>
      publisher.publish({ subject: 'order.created', payload: bytes(payload) });
    const [first, ...rest] = expected.flat() as [string, ...string[]];
    const late = rest.pop();
    for (const payload of [first, ...rest]) await publish(payload);
    const batches: string[][] = [];
    const handler: BatchHandler = (batch) => {
      batches.push(batch.map((message) => text(message.payload)));
      return Promise.resolve(batch.map(() => Promise.resolve(ack())));
    };
    const onTrouble = (line: string) => void troubles.push(line);
    const runner = new ConsumerRunner(on, dispatcherConsumer, handler, {
      prefetch: 100,
      gatherMs,
      onTrouble,
    });
    runners.push(runner);
    await runner.start();
    await waitUntil(async () => (await on.jsm.consumers.info('EVENTS', 'dispatcher')).num_pending === 0);
    // it comes while more is waited for
    if (late !== undefined) await publish(late);
    await waitUntil(() => batches.length > 0);
    expect(batches).toEqual(expected);
  });

  it('gathers what comes often, though nothing stands behind it', async () => {
    const on = await broker();
    const publisher = new BatchingPublisher(on);
    const publish = (payload: string) =>
      publisher.publish({ subject: 'order.created', payload: bytes(payload) });
    const batches: string[][] = [];
    const handler: BatchHandler = (batch) => {
      batches.push(batch.map((message) => text(message.payload)));
      return Promise.resolve(batch.map(() => Promise.resolve(ack())));
    };
    const onTrouble = (line: string) => void troubles.push(line);
    const options = { prefetch: 100, gatherMs: 500, onTrouble };
    const runner = new ConsumerRunner(on, dispatcherConsumer, handler, options);
    runners.push(runner);
    await runner.start();
    for (let n = 0; n < 20; n++) await publish('often');
    await waitUntil(() => batches.flat().length === 20);
    await publish('a');
    await publish('b');
    await waitUntil(() => batches.flat().length === 22);
    expect(batches.at(-1)).toEqual(['a', 'b']);
  });

  it('takes over a durable whose settings are of an earlier version', async () => {
    const on = await broker();
    const spec = delivererConsumer('delivery', 0);
    const none: BatchHandler = () => Promise.resolve([]);
    const earlier = await run(
      on,
      { ...spec, ackWaitMs: 61_000, maxAckPending: 7, pinnedTimeoutMs: 3_000 },
      none,
    );
    await earlier.stop(100);
    await run(on, spec, none);
    const { config } = await on.jsm.consumers.info('DELIVERIES', spec.durable);
    expect(config).toMatchObject({
      ack_wait: spec.ackWaitMs * 1e6,
      max_ack_pending: spec.maxAckPending,
      priority_timeout: (spec.pinnedTimeoutMs ?? 0) * 1e6,
    });
  });

  it('goes on where it was after the broker was killed', async () => {
    const on = await broker();
    const seen = new Set<string>();
    await run(on, dispatcherConsumer, (batch) =>
      Promise.resolve(
        batch.map((message) => {
          seen.add(text(message.payload));
          return Promise.resolve(ack());
        }),
      ),
    );
    const publisher = new BatchingPublisher(on);
    await publisher.publish({ subject: 'order.created', payload: bytes('before') });
    await waitUntil(() => seen.has('before'));
    await nats.kill();
    await nats.restart();
    await waitUntil(() =>
      publisher.publish({ subject: 'order.created', payload: bytes('after') }).then(() => true),
    );
    await waitUntil(() => seen.has('after'));
  });

  it('tells once that its consumer cannot be made again, for as long as that lasts', async () => {
    const on = await broker();
    const seen: string[] = [];
    await run(on, dispatcherConsumer, (batch) =>
      Promise.resolve(batch.map(({ payload }) => (seen.push(text(payload)), Promise.resolve(ack())))),
    );
    troubles.length = 0;
    for (const [round, payload] of ['first', 'second'].entries()) {
      await on.jsm.streams.delete('EVENTS');
      const asked = on.nc.stats().outMsgs;
      // some rounds of its watchdog
      await waitUntil(() => on.nc.stats().outMsgs > asked + 10, { timeoutMs: 20_000 });
      expect(troubles).toEqual(
        Array.from({ length: round + 1 }, () => 'the consumer dispatcher could not be made again'),
      );
      await ensureTopology(on, { replicas: 1 });
      await new BatchingPublisher(on).publish({ subject: 'order.created', payload: bytes(payload) });
      await waitUntil(() => seen.at(-1) === payload, { timeoutMs: 20_000 });
    }
  });

  it('hands its ownership over when it stops, without waiting for the pin to time out', async () => {
    const [first, second] = [await broker(), await broker()];
    // a pin that the test would not outlive
    const spec = { ...delivererConsumer('delivery', 0), pinnedTimeoutMs: 600_000 };
    const seen: string[] = [];
    const note =
      (who: string): BatchHandler =>
      (batch) => {
        for (const message of batch) seen.push(`${who}:${text(message.payload)}`);
        return Promise.resolve(batch.map(() => Promise.resolve(ack())));
      };
    const publisher = new BatchingPublisher(second);
    const publish = (payload: string) =>
      publisher.publish({ subject: deliverySubject('delivery', 0, 'ep_1'), payload: bytes(payload) });
    const owner = await run(first, spec, note('first'));
    await publish('a');
    await waitUntil(() => seen.length === 1);
    await run(second, spec, note('second'));
    await owner.stop(100);
    await publish('b');
    await waitUntil(() => seen.length === 2);
    expect(seen).toEqual(['first:a', 'second:b']);
  });

  it.each(['it', 'another lane of its owner'])(
    'lets what %s has in work end, if it does soon, before another owns the consumer',
    async (where) => {
      const [first, second] = [await broker(), await broker()];
      const spec = { ...delivererConsumer('delivery', 0), pinnedTimeoutMs: 600_000 };
      const seen: string[] = [];
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => {
        end = () => {
          seen.push('ended');
          resolve();
        };
      });
      const publisher = new BatchingPublisher(second);
      const publish = (payload: string) =>
        publisher.publish({ subject: deliverySubject('delivery', 0, 'ep_1'), payload: bytes(payload) });
      const note =
        (who: string, outcome: Promise<void>): BatchHandler =>
        (batch) => {
          for (const message of batch) seen.push(`${who}:${text(message.payload)}`);
          return Promise.resolve(batch.map(() => outcome.then(() => ack())));
        };
      const isItself = where === 'it';
      const owner = new ConsumerRunner(first, spec, note('first', isItself ? ended : Promise.resolve()), {
        prefetch: 100,
        onTrouble: (line) => troubles.push(line),
        untilOthersIdle: () => (isItself ? Promise.resolve() : ended),
      });
      runners.push(owner);
      await owner.start();
      await publish('a');
      await waitUntil(() => seen.length === 1);
      await run(second, spec, note('next', Promise.resolve()));
      const stopping = owner.stop(5_000);
      await publish('b');
      await delay(300); // in which it would come, if it did
      end();
      await Promise.all([stopping, waitUntil(() => seen.includes('next:b'))]);
      expect(seen).toEqual(['first:a', 'ended', 'next:b']);
    },
  );

  it('gives a partition one owner, and another when that one is gone', async () => {
    const [first, second] = [await broker(), await broker()];
    const spec = { ...delivererConsumer('delivery', 0), pinnedTimeoutMs: 3_000, ackWaitMs: 6_000 };
    const seen: Record<'first' | 'second', number> = { first: 0, second: 0 };
    const count =
      (who: 'first' | 'second'): BatchHandler =>
      (batch) => {
        seen[who] += batch.length;
        return Promise.resolve(batch.map(() => Promise.resolve(ack())));
      };
    const owner = await run(first, spec, count('first'));
    await run(second, spec, count('second'));
    const publisher = new BatchingPublisher(second);
    const publish = (n: number) =>
      Promise.all(
        Array.from({ length: n }, () =>
          publisher.publish({ subject: deliverySubject('delivery', 0, 'ep_1'), payload: bytes('{}') }),
        ),
      );
    for (let i = 0; i < 10; i++) await publish(20);
    await waitUntil(() => seen.first + seen.second === 200);
    expect([seen.first, seen.second]).toContain(200);
    const survivor = seen.first === 200 ? 'second' : 'first';
    await (survivor === 'second' ? owner : (runners[1] as ConsumerRunner)).stop(100);
    await publish(20);
    await waitUntil(() => seen[survivor] === 20);
  });

  describe('with several deliveries in one message', () => {
    const spec = { ...delivererConsumer('delivery', 0), ackWaitMs: 60_000 };
    const metaOf = (name: string) =>
      ({ deliveryId: `dlv_${name}`, endpointId: 'ep_1', hop: 1 }) as DeliveryMeta;
    const publishPack = (on: Broker, deliveries: readonly Uint8Array[]) =>
      new BatchingPublisher(on).publish({
        subject: deliveryPackSubject(0),
        payload: encodeDeliveryPack(deliveries),
      });
    const deliveriesOf = (names: string) =>
      [...names].map((name) => encodeDelivery(metaOf(name), bytes(name)));
    const bodyOf = ({ payload }: IncomingMessage) => text(payload).slice(-1);
    const unacknowledged = async (on: Broker) => {
      const info = await on.jsm.consumers.info('DELIVERIES', spec.durable);
      return info.num_pending + info.num_ack_pending;
    };

    it('handles each by itself, and acknowledges the message when the last has ended', async () => {
      const on = await broker();
      const seen: string[] = [];
      const held: (() => void)[] = [];
      await run(on, spec, (batch) => {
        seen.push(...batch.map(bodyOf));
        return Promise.resolve(
          batch.map((one) =>
            bodyOf(one) === 'b' ? new Promise((end) => held.push(() => end(ack()))) : Promise.resolve(ack()),
          ),
        );
      });
      await publishPack(on, deliveriesOf('abc'));
      await publishPack(on, deliveriesOf('de'));
      await waitUntil(() => seen.length === 5);
      await waitUntil(async () => (await unacknowledged(on)) === 1);
      for (const end of held) end();
      await waitUntil(async () => (await unacknowledged(on)) === 0);
      expect([...seen].sort().join('')).toBe('abcde');
    });

    it('makes a message of its own of one that is given back, at once', async () => {
      const on = await broker();
      const seen: string[] = [];
      const held: (() => void)[] = [];
      await run(on, spec, (batch) => {
        seen.push(...batch.map((one) => `${bodyOf(one)} ${one.subject} ${one.isPacked === true}`));
        return Promise.resolve(
          batch.map((one) => {
            if (bodyOf(one) === 'a') return new Promise((end) => held.push(() => end(ack())));
            return Promise.resolve(one.isPacked ? retryAfter(0) : ack());
          }),
        );
      });
      await publishPack(on, deliveriesOf('ab'));
      await waitUntil(() => seen.length === 3);
      expect(seen.at(-1)).toBe('b postel.delivery.0.ep_1 false');
      await waitUntil(async () => (await unacknowledged(on)) === 1);
      for (const end of held) end();
      await waitUntil(async () => (await unacknowledged(on)) === 0);
      expect(seen).toHaveLength(3);
    });

    it('gives the whole message back when one of it cannot be put back by itself', async () => {
      const on = await broker();
      const seen: string[] = [];
      await run(on, spec, (batch) => {
        seen.push(...batch.map((one) => `${bodyOf(one)}${one.deliveryCount}`));
        return Promise.resolve(
          batch.map(({ deliveryCount }) => Promise.resolve(deliveryCount === 1 ? retryAfter(0) : ack())),
        );
      });
      await publishPack(on, [...deliveriesOf('a'), bytes('no delivery: x')]);
      // the first is a message of its own by then, too
      await waitUntil(async () => seen.length >= 6 && (await unacknowledged(on)) === 0);
      expect([...seen].sort()).toEqual(['a1', 'a1', 'a2', 'a2', 'x1', 'x2']);
    });

    it('puts back what waits for a place before its process ends, so that the next owner gets it', async () => {
      const [first, second] = [await broker(), await broker()];
      const seen: string[] = [];
      const drained: (() => void)[] = [];
      const owner = await run(first, spec, (batch) =>
        Promise.resolve(batch.map(() => new Promise((end) => drained.push(() => end(retryAfter(0)))))),
      );
      await publishPack(first, deliveriesOf('abc'));
      await waitUntil(() => drained.length === 3);
      const stopping = owner.stop(5_000);
      for (const end of drained) end();
      await stopping;
      await first.close();
      await run(second, spec, (batch) => {
        seen.push(...batch.map(bodyOf));
        return Promise.resolve(batch.map(() => Promise.resolve(ack())));
      });
      await waitUntil(() => seen.length === 3);
      expect([...seen].sort().join('')).toBe('abc');
      await waitUntil(async () => (await unacknowledged(second)) === 0);
    });
  });
});
