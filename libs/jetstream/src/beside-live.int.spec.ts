import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeFacts, factSubject, type DeliverySucceeded } from '@postel/contracts';
import { BulkPace, type LiveAttempt } from '@postel/domain';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { BatchingPublisher } from './batching-publisher.js';
import { BesideLive } from './beside-live.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';

const startMs = 1_700_000_000_000;

describe('work in bulk beside live traffic', () => {
  let nats: TestServer;
  let broker: Broker;
  let publisher: BatchingPublisher;
  let nowMs: number;
  let pacing: BesideLive;
  let seen: LiveAttempt[];
  const troubles: Error[] = [];

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
    publisher = new BatchingPublisher(broker);
    nowMs = startMs;
    seen = [];
    const pace = new BulkPace({ nowMs: () => nowMs });
    const watched = {
      room: () => pace.room(),
      dueTimes: (count: number) => pace.dueTimes(count),
      observe: (attempt: LiveAttempt) => {
        seen.push(attempt);
        pace.observe(attempt);
      },
    };
    pacing = new BesideLive({ broker, pace: watched, onTrouble: (error) => troubles.push(error) });
  });
  afterEach(async () => {
    await pacing.stop();
    await broker.close();
    await nats.stop();
    expect(troubles).toEqual([]);
  });

  async function deliver(count: number, startedAtMs: number, waitedMs: number, hop = 1): Promise<void> {
    const facts = Array.from({ length: count }, (_, n) => ({
      v: 1,
      fact: 'delivery.succeeded',
      tenant: 'default',
      deliveryId: `dlv_${startedAtMs}_${n}`,
      hop,
      acceptedAtMs: startedAtMs - waitedMs,
      attempt: { startedAtMs },
    })) as unknown as DeliverySucceeded[];
    const [first] = facts;
    if (first) await publisher.publish({ subject: factSubject(first), payload: encodeFacts(facts) });
  }

  const readers = async () => (await broker.jsm.streams.info('LOG')).state.consumer_count;
  /** Live deliveries wait 5 ms in the pause and `besideMs` after it. @returns ms between two that are due; at first 50 */
  async function distanceAfter(besideMs: number, hop = 1): Promise<number> {
    pacing.dueTimes(pacing.room());
    await waitUntil(async () => (await readers()) === 1);
    await deliver(40, startMs + 500, 5);
    await waitUntil(() => seen.length === 40);
    for (let second = 2; second <= 12; second++) {
      nowMs = startMs + second * 1_000;
      if (hop > 1) await deliver(40, nowMs - 500, 5_000, hop);
      await deliver(40, nowMs - 500, besideMs);
      await waitUntil(() => seen.length === 40 * second);
      pacing.dueTimes(pacing.room());
    }
    // some are due at the same time, and there may be a pause between
    const due = pacing.dueTimes(41);
    const distances = due.slice(1).map((dueAtMs, i) => dueAtMs - (due[i] ?? NaN));
    return distances.filter((ms) => ms < 900).reduce((sum, ms) => sum + ms, 0) / distances.length;
  }

  it('goes slower when the log tells that live deliveries wait longer', async () => {
    expect(await distanceAfter(50)).toBeGreaterThan(75);
  });

  it('goes faster when they do not', async () => {
    expect(await distanceAfter(5)).toBeLessThan(49);
  });

  it('goes by first attempts alone', async () => {
    expect(await distanceAfter(5, 2)).toBeLessThan(49);
  });

  it('reads nothing before it is asked, and begins anew after a stop', async () => {
    expect(await readers()).toBe(0);
    pacing.room();
    await waitUntil(async () => (await readers()) === 1);
    await pacing.stop();
    await waitUntil(async () => (await readers()) === 0);
    pacing.room();
    await waitUntil(async () => (await readers()) === 1);
  });
});
