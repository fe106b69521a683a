import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamNames } from '@postel/contracts';
import { expectNoLeaks, startTestNats, testPorts, type TestServer } from '@postel/testing';
import { BrokerUnreachable, connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology, TopologyDrift } from './ensure-topology.js';

afterAll(expectNoLeaks);

it('names the streams that have fewer copies than they should: how many is settled when they are made', async () => {
  const nats = await startTestNats();
  const broker = await connectBroker({ servers: [nats.url], name: 'test' });
  try {
    expect(await ensureTopology(broker, { replicas: 1 })).toEqual([]);
    const fewer = await ensureTopology(broker, { replicas: 3 });
    expect([...fewer].sort()).toEqual(Object.values(streamNames).sort());
  } finally {
    await broker.close();
    await nats.stop();
  }
});

/** Two servers, each of which is half a quorum: with one of them there is a broker, and no leader of its JetStream. */
describe('the streams of a cluster without a leader', () => {
  let servers: TestServer[];
  let broker: Broker;
  beforeEach(async () => {
    const [first, second] = (await testPorts(2)) as [number, number];
    const member = (name: string, own: number, other: number) =>
      startTestNats({
        configExtra: `server_name: ${name}\ncluster { name: C, listen: "127.0.0.1:${own}", routes: ["nats://127.0.0.1:${other}"] }`,
      });
    servers = await Promise.all([member('a', first, second), member('b', second, first)]);
    broker = await connectBroker({ servers: [servers[0]?.url ?? ''], name: 'test' });
    await servers[1]?.kill();
  }, 60_000);
  afterEach(async () => {
    await broker.close();
    await Promise.all(servers.map((server) => server.stop()));
  }, 60_000);

  it('are given up in one line, and are made once there is one', async () => {
    const failed: unknown = await ensureTopology(broker, { replicas: 1, patienceMs: 0 }).catch(
      (e: unknown) => e,
    );
    expect(failed).toBeInstanceOf(BrokerUnreachable);
    expect((failed as Error).message).toMatch(/^NATS answers, but its JetStream does not \(stream \w+: .+$/);
    const making = ensureTopology(broker, { replicas: 1, patienceMs: 60_000 });
    await servers[1]?.restart();
    await making;
    const made: string[] = [];
    for await (const name of broker.jsm.streams.names()) made.push(name);
    expect(made).toEqual(expect.arrayContaining(['EVENTS', 'DELIVERIES', 'LOG', 'CONFIG']));
  }, 120_000);
});

it.each([
  ['LOG', 'postel.log.default.event.unmatched'],
  ['DELIVERIES', 'postel.delivery.0.ep_1'],
  ['IDEMPOTENCY', 'postel.idempotency.default.one'],
])(
  'makes nothing anew where %s alone is left, as by a restore that was broken off',
  async (left, subject) => {
    const nats = await startTestNats();
    const broker = await connectBroker({ servers: [nats.url], name: 'test' });
    try {
      await ensureTopology(broker, { replicas: 1 });
      await broker.js.publish(subject, '{}');
      for (const name of ['CONFIG', 'EVENTS', 'LOG', 'DELIVERIES', 'IDEMPOTENCY'])
        if (name !== left) await broker.jsm.streams.delete(name);
      const failed: unknown = await ensureTopology(broker, { replicas: 1 }).catch((e: unknown) => e);
      expect(failed).toBeInstanceOf(TopologyDrift);
      expect((failed as Error).message).toContain(`CONFIG is missing, though ${left} has been written`);
      const there: string[] = [];
      for await (const name of broker.jsm.streams.names()) there.push(name);
      expect(there).toEqual([left]);
    } finally {
      await broker.close();
      await nats.stop();
    }
  },
);
