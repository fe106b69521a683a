import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dispatcherConsumer, type EventFannedOut, type LogFact } from '@postel/contracts';
import { deferWithoutAttempt } from '@postel/domain';
import {
  connectBroker,
  ensureConsumer,
  ensureTopology,
  FactLog,
  HandOuts,
  type Broker,
  type IncomingMessage,
} from '@postel/jetstream';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { EarlierFanOuts } from './earlier-fan-outs.js';
import { firstHop } from './plan-fan-out.js';

const about = (eventSeq: number) =>
  ({
    v: 1,
    tenant: 'default',
    eventId: `evt_${eventSeq}`,
    eventSeq,
    type: 'order.created',
    acceptedAtMs: 0,
    atMs: 0,
  }) as const;
const fannedOut = (eventSeq: number, part = 0): EventFannedOut => ({
  ...about(eventSeq),
  fact: 'event.fanned_out',
  part,
  deliveries: [
    {
      deliveryId: `dlv_${eventSeq}_${part}`,
      endpointId: 'ep_1',
      url: 'https://example.com/',
      apiVersion: '2024-01-01',
    },
  ],
});
const unmatched = (eventSeq: number): LogFact => ({ ...about(eventSeq), fact: 'event.unmatched' });
const deferred = (eventSeq: number, part = 0): LogFact => {
  const fact = fannedOut(eventSeq, part);
  const meta = firstHop(fact, fact.deliveries[0]!, 0);
  return deferWithoutAttempt({ meta, reason: 'paused', dueAtMs: 0, lane: 'retry', nowMs: 0 });
};

describe('EarlierFanOuts', () => {
  let nats: TestServer;
  let broker: Broker;
  let log: FactLog;
  let handOuts: HandOuts;
  let earlier: EarlierFanOuts;

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
    await ensureConsumer(broker, dispatcherConsumer);
    log = new FactLog(broker);
    handOuts = new HandOuts(broker);
    earlier = new EarlierFanOuts(broker, handOuts);
  });
  afterEach(async () => {
    await broker.close();
    await nats.stop();
  });

  const event = (seq: number, deliveryCount = 1, storedAtMs = Date.now() - 1_000): IncomingMessage =>
    ({ seq, deliveryCount, isAgain: deliveryCount > 1, storedAtMs }) as IncomingMessage;
  /** What is told, by event: the parts of its fan-out, and the deliveries whose first hop has ended. */
  const told = async (...batch: IncomingMessage[]) =>
    [...(await earlier.of(batch))].map(([seq, { facts, ended }]) => [
      seq,
      facts.map(({ part }) => part),
      [...ended],
    ]);

  it('tells what the log has of the first events of a connection', async () => {
    await log.append(fannedOut(4), fannedOut(5), fannedOut(5, 1), unmatched(6), deferred(5, 1), deferred(7));
    // 4 may still come, of 7 the fan-out is missing, and of 8 everything
    expect(await told(event(5), event(6), event(7), event(8))).toEqual([
      [4, [0], []],
      [5, [0, 1], ['dlv_5_1']],
      [6, [], []],
    ]);
  });

  it('goes by what it has read, until an event is handed out again', async () => {
    await log.append(fannedOut(1));
    expect(await told(event(1))).toEqual([[1, [0], []]]);
    await log.append(fannedOut(2), fannedOut(3), deferred(2));
    expect(await told(event(2), event(3))).toEqual([[1, [0], []]]);
    expect(await told(event(2, 2), event(3))).toEqual([
      [1, [0], []],
      [2, [0], ['dlv_2_0']],
    ]);
  });

  it('reads what comes again in the first batch of a connection, although it was stored since', async () => {
    earlier = new EarlierFanOuts(broker, { sinceMs: () => Date.now() - 60_000 });
    await log.append(fannedOut(2));
    expect(await told(event(2, 2))).toEqual([[2, [0], []]]);
  });

  it('reads again when the durable is another: it does not know what was handed out', async () => {
    expect(await told(event(1))).toEqual([]);
    await log.append(fannedOut(1));
    expect(await told(event(1))).toEqual([]);
    handOuts.beganAnew();
    expect(await told(event(1))).toEqual([[1, [0], []]]);
  });

  it('asks the broker nothing for events that were stored since it is connected', async () => {
    const { outMsgs } = broker.nc.stats();
    expect(await told(event(1, 1, Date.now() + 3_600_000))).toEqual([]);
    expect(broker.nc.stats().outMsgs).toBe(outMsgs);
  });

  it('reads again after the broker was killed: it may have forgotten what it handed out', async () => {
    expect(await told(event(1))).toEqual([]);
    await log.append(fannedOut(1));
    const connectedAtMs = broker.connectedAtMs();
    await nats.kill();
    await nats.restart();
    await waitUntil(() => broker.connectedAtMs() > connectedAtMs, { describe: 'the connection to be back' });
    expect(await told(event(1))).toEqual([[1, [0], []]]);
  });
});
