import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { BatchingPublisher } from './batching-publisher.js';
import { whereReplicaIsBehind } from './behind.fixture.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';
import { followStream, type FollowOptions } from './follow-stream.js';
import { runProjection, type PositionLease, type PositionStore } from './run-projection.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('following a stream', () => {
  let nats: TestServer;
  let broker: Broker;
  let publisher: BatchingPublisher;
  let stopped: AbortController;
  let following: Promise<void>;

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
    publisher = new BatchingPublisher(broker);
    stopped = new AbortController();
  });
  afterEach(async () => {
    stopped.abort();
    await following;
    await broker.close();
    await nats.stop();
  });

  const publish = (from: number, to: number, sizeBytes = 1) =>
    Promise.all(
      Array.from({ length: to - from + 1 }, (_, i) =>
        publisher.publish({ subject: 'order.created', payload: bytes(String(from + i).padEnd(sizeBytes)) }),
      ),
    );

  it('hands over everything after a position, in order, and then what comes', async () => {
    await publish(1, 2_500);
    const seen: number[] = [];
    let levels = 0;
    following = followStream(broker, {
      stream: 'EVENTS',
      filters: ['order.>'],
      start: { after: 10 },
      signal: stopped.signal,
      onBatch: async (batch) => {
        seen.push(...batch.map(({ seq }) => seq));
      },
      onLevel: () => (levels += 1),
    });
    await waitUntil(() => seen.length === 2_490 && levels > 0);
    await publish(2_501, 2_600);
    await waitUntil(() => seen.length === 2_590);
    expect(seen).toEqual(Array.from({ length: 2_590 }, (_, i) => i + 11));
  });

  it('begins where it was, though the broker has not come that far yet', async () => {
    await publish(1, 2);
    const seen: number[] = [];
    following = followStream(broker, {
      stream: 'EVENTS',
      filters: ['order.>'],
      start: { after: 5 },
      signal: stopped.signal,
      onBatch: async (batch) => void seen.push(...batch.map(({ seq }) => seq)),
    });
    await publish(3, 8);
    await waitUntil(() => seen.includes(8));
    expect(seen).toEqual([6, 7, 8]);
  });

  describe('where a replica is behind', () => {
    const publishFor = (subject: string) => publisher.publish({ subject, payload: bytes('1') });

    it('does not say that it has all before it has what the leader had', async () => {
      for (const subject of ['user.created', 'order.created']) await publishFor(subject);
      const behind = await whereReplicaIsBehind(broker, 'user.created');
      let levels = 0;
      const levelsBefore: number[] = [];
      following = followStream(behind, {
        stream: 'EVENTS',
        filters: ['order.>', 'user.>'],
        start: { after: 0 },
        signal: stopped.signal,
        onBatch: async (batch) => void batch.forEach(() => levelsBefore.push(levels)),
        onLevel: () => (levels += 1),
      });
      await waitUntil(() => levelsBefore.length === 1);
      await publishFor('user.created');
      await waitUntil(() => levels === 1);
      expect(levelsBefore).toEqual([0, 0]);
    });

    it('does not move on where there is something that it has not read, and reads elsewhere', async () => {
      for (const subject of ['user.created', 'order.created']) await publishFor(subject);
      const behind = await whereReplicaIsBehind(broker, 'user.created');
      const made = jest.spyOn(behind.jsm.consumers, 'add');
      const idle: number[] = [];
      following = followStream(behind, {
        stream: 'EVENTS',
        filters: ['order.>'],
        start: { after: 0 },
        signal: stopped.signal,
        idleAfterMs: 0,
        onBatch: async () => undefined,
        onIdle: async (upTo) => void idle.push(upTo),
      });
      await waitUntil(() => idle.length > 0 || made.mock.calls.length > 1);
      expect(idle).toEqual([]);
    });
  });

  /** @returns the sizes of batches as they come */
  function follow(options: Partial<FollowOptions> = {}, handling = Promise.resolve()): number[] {
    const sizes: number[] = [];
    following = followStream(broker, {
      stream: 'EVENTS',
      filters: ['order.>'],
      start: { after: 0 },
      signal: stopped.signal,
      onBatch: async (batch) => {
        sizes.push(batch.length);
        await handling;
      },
      ...options,
    });
    return sizes;
  }

  const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);

  it('hands over no more at once than may be held, and of large messages one', async () => {
    await publish(1, 40, 1_000);
    await publish(41, 45, 9_000);
    const sizes: number[] = [];
    const seen: number[] = [];
    following = followStream(broker, {
      stream: 'EVENTS',
      filters: ['order.>'],
      start: { after: 0 },
      maxBatchBytes: 5_000,
      signal: stopped.signal,
      onBatch: async (batch) => {
        sizes.push(batch.length);
        seen.push(...batch.map(({ seq }) => seq));
      },
    });
    await waitUntil(() => seen.length === 45);
    expect(seen).toEqual(Array.from({ length: 45 }, (_, i) => i + 1));
    expect(Math.max(...sizes)).toBe(5);
    expect(sizes.slice(-5)).toEqual([1, 1, 1, 1, 1]);
  });

  it('hands over batches that are full while there is more, however it arrives', async () => {
    await publish(1, 300, 20_000);
    const sizes = follow({ maxBatchBytes: 1_000_000 });
    await waitUntil(() => sum(sizes) === 300);
    expect(sizes).toEqual([50, 50, 50, 50, 50, 50]);
  });

  it('hands over at once what came one by one while a batch was handled', async () => {
    await publish(1, 1);
    let goOn = (): void => undefined;
    const sizes = follow({}, new Promise<void>((resolve) => (goOn = resolve)));
    await waitUntil(() => sizes.length === 1);
    for (let n = 2; n <= 51; n++) await publish(n, n);
    goOn();
    await waitUntil(() => sum(sizes) === 51);
    expect(sizes.length).toBeLessThan(5);
  });

  it('repeats a batch that failed and skips nothing, also over a restart of the broker', async () => {
    const seen: number[] = [];
    let failures = 0;
    following = followStream(broker, {
      stream: 'EVENTS',
      filters: ['order.>'],
      start: { after: 0 },
      maxBatch: 7,
      signal: stopped.signal,
      onBatch: async (batch) => {
        if (batch.some(({ seq }) => seq === 50) && failures++ < 2) throw new Error('not now');
        seen.push(...batch.map(({ seq }) => seq));
      },
    });
    await publish(1, 100);
    await waitUntil(() => seen.length === 100);
    await nats.kill();
    await nats.restart();
    await waitUntil(() => publish(101, 200).then(() => true));
    await waitUntil(() => seen.length >= 200);
    expect(seen.slice(0, 200)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(failures).toBe(3);
  });

  it('tells of no trouble that passed at once', async () => {
    let tries = 0;
    const told: string[] = [];
    following = followStream(broker, {
      stream: 'EVENTS',
      filters: ['order.>'],
      start: { after: 0 },
      signal: stopped.signal,
      onBatch: async () => {
        if (++tries < 3) throw new Error('not now');
      },
      onTrouble: ({ message }) => told.push(message),
    });
    await publish(1, 1);
    await waitUntil(() => tries === 3);
    expect(told).toEqual([]);
  });

  it('ends when it is stopped while it acquires its lease, and gives the lease back', async () => {
    let released = 0;
    const lease: PositionLease<null> = {
      position: async () => 0,
      apply: async () => undefined,
      transact: (work) => work(null),
      lost: new Promise(() => undefined),
      release: async () => {
        released += 1;
      },
    };
    following = runProjection(broker, {
      name: 'archive',
      stream: 'EVENTS',
      filters: ['order.>'],
      store: {
        acquire: async () => {
          stopped.abort();
          return lease;
        },
      },
      prepare: () => ({ write: async () => undefined }),
      signal: stopped.signal,
      onTrouble: () => undefined,
    });
    await following;
    expect(released).toBe(1);
  });

  it('reads nothing of a stream that ends before its position, as after a restore, and says so', async () => {
    const told: string[] = [];
    const seen: number[] = [];
    let stored = 40;
    const lease: PositionLease<null> = {
      position: async () => stored,
      apply: async (position, work) => {
        await work(null);
        stored = position;
      },
      transact: (work) => work(null),
      lost: new Promise(() => undefined),
      release: async () => undefined,
    };
    let tries = 0;
    const acquire = async () => ((tries += 1), lease);
    await publish(1, 30);
    following = runProjection(broker, {
      name: 'archive',
      stream: 'EVENTS',
      filters: ['order.>'],
      store: { acquire },
      prepare: (batch) => ({ write: async () => void seen.push(...batch.map(({ seq }) => seq)) }),
      signal: stopped.signal,
      onTrouble: (_message, error) => told.push(String(error)),
    });
    await waitUntil(() => tries === 2);
    await publish(31, 39);
    await waitUntil(() => told.length > 0, { timeoutMs: 60_000 });
    expect(told[0]).toMatch(
      /archive has stored EVENTS up to 40, which ends at 39: the tables are of a later time/,
    );
    // the tables are restored too
    stored = 25;
    await waitUntil(() => seen.length === 14, { timeoutMs: 60_000 });
    expect(seen[0]).toBe(26);
  }, 90_000);

  it('asks nothing of a broker while there is no connection: the client would wait long for what was never sent', async () => {
    const over = new AbortController();
    let looks = 0;
    const asked: number[] = [];
    const away = {
      isConnected: () => (looks += 1) > 2,
      jsm: {
        consumers: {
          add: async () => {
            asked.push(looks);
            over.abort();
            throw new Error('enough');
          },
        },
      },
    } as unknown as Broker;
    const onBatch = () => Promise.resolve();
    await followStream(away, {
      stream: 'LOG',
      filters: [],
      start: { after: 0 },
      signal: over.signal,
      onBatch,
    });
    expect(asked).toEqual([3]);
  });

  it('moves on with a stream of which its filter lets nothing through', async () => {
    let stored = 0;
    const lease: PositionLease<null> = {
      position: async () => stored,
      apply: async (position, work) => {
        await work(null);
        stored = position;
      },
      transact: (work) => work(null),
      lost: new Promise(() => undefined),
      release: async () => undefined,
    };
    const seen: number[] = [];
    following = runProjection(broker, {
      name: 'dead-letters',
      stream: 'EVENTS',
      filters: ['payment.>'],
      store: { acquire: async () => lease },
      prepare: (batch) => ({ write: async () => void seen.push(...batch.map(({ seq }) => seq)) }),
      idleAfterMs: 0,
      signal: stopped.signal,
      onTrouble: () => undefined,
    });
    await publish(1, 20);
    await waitUntil(() => stored === 20, { timeoutMs: 60_000 });
    await publisher.publish({ subject: 'payment.made', payload: bytes('21') });
    await waitUntil(() => seen.length === 1, { timeoutMs: 60_000 });
    expect([seen, stored]).toEqual([[21], 21]);
  }, 90_000);

  it.each([
    ['small batches', 10],
    ['large ones, written while the next is read,', 20_000],
  ])('projects %s exactly once when a commit fails, or happened without an answer', async (_, sizeBytes) => {
    const rows: number[] = [];
    let stored = 0;
    let accidents = 0;
    const lease: PositionLease<number[]> = {
      position: async () => stored,
      transact: (work) => work(rows),
      apply: async (position, work) => {
        if (position <= stored) throw new Error('behind');
        const written: number[] = [];
        await work(written);
        if (accidents++ === 0) throw new Error('rolled back');
        rows.push(...written);
        stored = position;
        if (accidents === 2) throw new Error('committed, and the answer was lost');
      },
      lost: new Promise(() => undefined),
      release: async () => undefined,
    };
    const store: PositionStore<number[]> = { acquire: async () => lease };
    following = runProjection(broker, {
      name: 'archive',
      stream: 'EVENTS',
      filters: ['order.>'],
      store,
      prepare: (batch) => ({
        write: async (tx) => {
          tx.push(...batch.map(({ seq }) => seq));
        },
      }),
      signal: stopped.signal,
      onTrouble: () => undefined,
    });
    await publish(1, 300, sizeBytes);
    await waitUntil(() => stored === 300);
    expect(rows).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  });

  it('reads a batch while the one before it is written, and is level when all is', async () => {
    await publish(1, 32, 256 * 1024);
    let [prepared, stored, level] = [0, 0, 0];
    const lease: PositionLease<null> = {
      position: async () => stored,
      transact: (work) => work(null),
      apply: async (position, work) => {
        if (position < 32) await waitUntil(() => prepared > position, { describe: 'the next to be read' });
        await work(null);
        stored = position;
      },
      lost: new Promise(() => undefined),
      release: async () => undefined,
    };
    following = runProjection(broker, {
      name: 'archive',
      stream: 'EVENTS',
      filters: ['order.>'],
      store: { acquire: async () => lease },
      prepare: (batch) => {
        prepared = batch[batch.length - 1]?.seq ?? 0;
        return { write: async () => undefined };
      },
      onLevel: () => (level = stored),
      signal: stopped.signal,
      onTrouble: (message, error) => {
        throw new Error(message, { cause: error });
      },
    });
    await waitUntil(() => level === 32, { describe: 'all to be stored' });
  });
});
