import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf, type DeliveryMeta } from '@postel/contracts';
import { deferWithoutAttempt, dieWithoutAttempt } from '@postel/domain';
import { connectBroker, ensureTopology, FactLog, type Broker } from '@postel/jetstream';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import { FinishedHops } from './finished-hops.js';
import { RecallFinished } from './recall-finished.js';

const partitions = 4;
const endpointOf = (partition: number): string => {
  for (let n = 0; ; n++) if (partitionOf(`ep_${n}`, partitions) === partition) return `ep_${n}`;
};
const metaOf = (deliveryId: string, partition: number, hop = 1): DeliveryMeta => ({
  deliveryId,
  endpointId: endpointOf(partition),
  tenant: 'default',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'order.created',
  acceptedAtMs: 0,
  hop,
  attemptsMade: 0,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
});

describe('RecallFinished', () => {
  let nats: TestServer;
  let broker: Broker;
  let finished: FinishedHops;
  let troubles: unknown[];
  let longestTimeoutMs: number;

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
    finished = new FinishedHops();
    troubles = [];
    longestTimeoutMs = 10_000;
  });
  afterEach(async () => {
    await broker.close();
    await nats.stop();
  });

  const recallAt = (nowMs: () => number) =>
    new RecallFinished({
      broker,
      finished,
      partitions,
      longestTimeoutMs: () => longestTimeoutMs,
      nowMs,
      onTrouble: (error) => troubles.push(error),
    });

  /** The outcomes of an owner before: each of a delivery that bears the number of its partition. */
  const outcomes = () => {
    const nowMs = Date.now();
    const deferred = (deliveryId: string, partition: number, hop: number) =>
      deferWithoutAttempt({
        meta: metaOf(deliveryId, partition, hop),
        reason: 'busy',
        dueAtMs: nowMs,
        lane: 'retry',
        nowMs,
      });
    return new FactLog(broker).append(
      deferred('dlv_0', 0, 2),
      dieWithoutAttempt(metaOf('dlv_1', 1), 'endpoint_disabled', nowMs),
      deferred('dlv_2', 2, 1),
    );
  };
  const known = () => ['dlv_0:2', 'dlv_0:1', 'dlv_1:1', 'dlv_2:1'].filter((hopId) => finished.has(hopId));

  it('knows what the owner before had finished, of the partitions that were gained alone', async () => {
    await outcomes();
    const recall = recallAt(() => Date.now());
    expect(recall.settled()).toBeNull();
    recall.recall(0);
    recall.recall(1);
    await recall.settled();
    expect(known()).toEqual(['dlv_0:2', 'dlv_1:1']);
    expect(recall.settled()).toBeNull();
  });

  it('holds what comes until a partition that was gained meanwhile is known too', async () => {
    await outcomes();
    const recall = recallAt(() => {
      // it is being read for the first by now
      if (!finished.has('dlv_1:1')) recall.recall(1);
      return Date.now();
    });
    recall.recall(0);
    await recall.settled();
    expect(known()).toEqual(['dlv_0:2', 'dlv_1:1']);
  });

  it('does not read what is long past', async () => {
    await outcomes();
    const recall = recallAt(() => Date.now() + 60_000);
    recall.recall(0);
    await recall.settled();
    expect(known()).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('reads as much further as the slowest attempt may have held up what came with it', async () => {
    await outcomes();
    longestTimeoutMs = 30_000;
    const recall = recallAt(() => Date.now() + 40_000);
    recall.recall(0);
    await recall.settled();
    expect(known()).toEqual(['dlv_0:2']);
  });

  it('holds nothing up for ever when the broker is away: then it says so', async () => {
    await outcomes();
    await broker.nc.close();
    const recall = recallAt(() => Date.now());
    recall.recall(0);
    await recall.settled();
    expect(troubles).toHaveLength(1);
    expect(recall.settled()).toBeNull();
  });
});
