import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { delivererConsumer, delivererPresenceSubject, deliverySubject } from '@postel/contracts';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { BatchingPublisher } from './batching-publisher.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ConsumerRunner } from './consumer-runner.js';
import { ensureTopology } from './ensure-topology.js';
import { ack } from './outcome.js';
import { PartitionOwnership } from './partition-ownership.js';
import { isDeepStrictEqual } from 'node:util';
import { Relay } from './relay.fixture.js';

const partitions = 6;
const everyPartition = Array.from({ length: partitions }, (_, number) => number);

/** A process with a runner for the first attempts of every partition. */
interface Member {
  readonly broker: Broker;
  readonly ownership: PartitionOwnership;
  /** Who got what, by the partition it stood in. */
  readonly got: number[];
  owned(): number[];
  /** By endpoint, what it has under way of what it gave up. */
  readonly stillOpen: Map<string, number>;
  /** … and what it heard that others have. */
  openElsewhere(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

describe('PartitionOwnership', () => {
  let nats: TestServer;
  let relay: Relay;
  let observer: Broker;
  let members: Member[];

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    relay = await Relay.start(nats.port);
    observer = await connectBroker({ servers: [nats.url], name: 'test' });
    members = [];
    await ensureTopology(observer, { replicas: 1 });
  });
  afterEach(async () => {
    await Promise.all(members.map((member) => member.stop()));
    await observer.close();
    await relay.stop();
    await nats.stop();
  });

  async function join(id: string, url = nats.url): Promise<Member> {
    const broker = await connectBroker({ servers: [url], name: id });
    const ownership = new PartitionOwnership(broker, {
      id,
      partitions,
      partitionsToRelease: ({ owned, others }) =>
        owned.slice(0, Math.max(0, owned.length - partitions / (others.length + 1))),
      wantsPartition: ({ owned, others }) => owned.length < partitions / (others.length + 1),
      handOver: {
        stillOpen: () => stillOpen,
        openElsewhere: (counts) => void (openElsewhere = Object.fromEntries(counts)),
      },
    });
    const got: number[] = [];
    const stillOpen = new Map<string, number>();
    let openElsewhere: Readonly<Record<string, number>> = {};
    const runners = everyPartition.map((number) => {
      const handler = (batch: readonly unknown[]) => {
        got.push(...batch.map(() => number));
        return Promise.resolve(batch.map(() => Promise.resolve(ack())));
      };
      const runner = new ConsumerRunner(broker, delivererConsumer('delivery', number), handler, {
        prefetch: 100,
        onTrouble: () => undefined,
        onOwner: (isOwner) => ownership.changed(number, isOwner),
        startsPaused: true,
      });
      ownership.attach(number, runner, true);
      return runner;
    });
    ownership.listen();
    for (const runner of runners) await runner.start();
    await ownership.start();
    let stopped = false;
    const member = {
      broker,
      ownership,
      got,
      stillOpen,
      openElsewhere: () => openElsewhere,
      owned: () => [...ownership.owned].sort((a, b) => a - b),
      stop: async () => {
        if (stopped) return;
        stopped = true;
        ownership.stop();
        await Promise.all(runners.map((runner) => runner.stop(100)));
        ownership.close();
        await broker.close();
      },
    };
    members.push(member);
    return member;
  }

  async function publishToEach(): Promise<void> {
    const publisher = new BatchingPublisher(observer);
    const publish = (number: number) =>
      publisher.publish({ subject: deliverySubject('delivery', number, 'ep_1'), payload: new Uint8Array(1) });
    await Promise.all(everyPartition.map(publish));
  }

  const untilShared = (...counts: number[]) =>
    waitUntil(() => String(members.map(({ ownership }) => ownership.owned.size)) === String(counts), {
      timeoutMs: 30_000,
      describe: `${String(counts)} partitions each`,
    });

  it('has a partition again for the process that had it when the broker comes back, however late that one is', async () => {
    const late = await join('late', relay.url);
    const early = await join('early');
    await untilShared(3, 3);
    const before = { late: late.owned(), early: early.owned() };
    relay.refuse(true);
    await nats.kill();
    await nats.restart();
    const said: string[] = [];
    await waitUntil(() => observer.isConnected() && early.broker.isConnected());
    observer.nc.subscribe(delivererPresenceSubject, {
      callback: (error, message) => {
        if (!error) said.push(message.json<{ id: string }>().id);
      },
    });
    await publishToEach();
    await waitUntil(() => said.filter((id) => id === 'early').length >= 2, { timeoutMs: 10_000 });
    relay.refuse(false);
    await waitUntil(() => late.got.length + early.got.length === partitions, { timeoutMs: 20_000 });
    expect({ late: late.got.toSorted(), early: early.got.toSorted() }).toEqual(before);
    expect({ late: late.owned(), early: early.owned() }).toEqual(before);
  });

  it('takes nothing of what another has when it starts as the broker comes back', async () => {
    const first = await join('first', relay.url);
    await untilShared(6);
    await nats.kill();
    await nats.restart();
    const second = await join('second');
    await publishToEach();
    await waitUntil(() => first.got.length + second.got.length === partitions, { timeoutMs: 20_000 });
    expect(first.got.toSorted()).toEqual(everyPartition);
    await untilShared(3, 3);
  });

  it('gives the partitions of one that is gone to another', async () => {
    const [first, second] = [await join('first'), await join('second')];
    await untilShared(3, 3);
    await first.stop();
    members = [second];
    await untilShared(6);
    await publishToEach();
    await waitUntil(() => second.got.length === partitions);
  });

  it('takes what one that stops had before it is gone from memory', async () => {
    const [first, second] = [await join('first'), await join('second')];
    await untilShared(3, 3);
    let rounds = 0;
    observer.nc.subscribe(delivererPresenceSubject, {
      callback: (error, message) => {
        if (!error && message.json<{ owned: number[] }>().owned.length === 3) rounds += 1;
      },
    });
    await observer.nc.flush();
    rounds = 0;
    await first.stop();
    members = [second];
    await untilShared(6);
    // one is said each second, and 3.5 s after its last word a process is gone
    expect(rounds).toBeLessThanOrEqual(2);
  });

  it('hears what others have under way of what they gave up, until it has ended or they are gone', async () => {
    const [first, second, third] = [
      await join('first'),
      await join('second'),
      await join('third', relay.url),
    ];
    await untilShared(2, 2, 2);
    first.stillOpen.set('ep_1', 2).set('ep_2', 1);
    third.stillOpen.set('ep_1', 1);
    await waitUntil(() => isDeepStrictEqual(second.openElsewhere(), { ep_1: 3, ep_2: 1 }));
    first.stillOpen.delete('ep_1');
    await waitUntil(() => isDeepStrictEqual(second.openElsewhere(), { ep_1: 1, ep_2: 1 }));
    first.stillOpen.clear();
    await first.stop();
    members = [second, third];
    await waitUntil(() => isDeepStrictEqual(second.openElsewhere(), { ep_1: 1 }));
    relay.hang();
    await waitUntil(() => isDeepStrictEqual(second.openElsewhere(), {}), { timeoutMs: 20_000 });
    relay.release();
  });

  it('gives them to another also when it went without a word, with its broker', async () => {
    const [, second] = [await join('first', relay.url), await join('second')];
    await untilShared(3, 3);
    relay.refuse(true);
    await nats.kill();
    await nats.restart();
    await waitUntil(() => second.ownership.owned.size === partitions, { timeoutMs: 30_000 });
  });
});
