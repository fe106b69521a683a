import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brokerCertificates, waitUntil } from '@postel/testing';
import { startBrokerCluster, type BrokerCluster } from './harness/broker-cluster.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer } from './harness/nats-producer.js';

type Certificate = 'service' | 'producer' | 'stranger';

describe('the three brokers of the Kubernetes manifests', () => {
  let brokers: BrokerCluster;
  let fleet: Fleet;
  beforeAll(async () => {
    brokers = await startBrokerCluster();
    fleet = await startFleet({ env: brokers.env }).catch(async (error: unknown) => {
      await brokers.stop();
      throw error;
    });
  }, 2 * fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop().finally(() => brokers.stop());
  }, fleetPatienceMs);

  const connectAs = (who: Certificate) =>
    connectProducer([...brokers.urls], { ca: brokerCertificates.ca, ...brokerCertificates[who] });

  it(
    'carry events to their receivers, also with one of them gone',
    async () => {
      const receiver = await fleet.receiver();
      await fleet.api.createEndpoint({ url: receiver.url, events: ['order.cluster'] });
      const received = (count: number) =>
        waitUntil(() => receiver.requests.length >= count, {
          timeoutMs: 60_000,
          describe: `${count} deliveries`,
        });
      await fleet.api.publish({ type: 'order.cluster', data: { object: { n: 1 } } });
      await received(1);
      await brokers.kill(1);
      // a leader that is gone is missed for some seconds; what is refused meanwhile may be tried again
      await waitUntil(
        () =>
          fleet.api.publish({ type: 'order.cluster', data: { object: { n: 2 } } }).then(Boolean, () => false),
        { timeoutMs: 60_000, describe: 'an event to be accepted by two of three' },
      );
      await received(2);
      await brokers.start(1);
    },
    4 * fleetPatienceMs,
  );

  it(
    'let a producer publish events, and nothing of Postel',
    async () => {
      const producer = await connectAs('producer');
      const body = JSON.stringify({ id: 'ord_1' });
      expect(await producer.publish('order.created', body)).toMatchObject({ stream: 'EVENTS' });
      for (const subject of ['postel.log.default.event.accepted', 'postel.config.tenant.x', 'inbound.x.y'])
        await expect(producer.publish(subject, body)).rejects.toThrow();
      await producer.close();
    },
    fleetPatienceMs,
  );

  it('let nobody in whose certificate names none of them', async () => {
    await expect(connectAs('stranger')).rejects.toThrow(/authorization/i);
  });
});
