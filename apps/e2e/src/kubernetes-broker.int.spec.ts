import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brokerCertificates, waitUntil } from '@postel/testing';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrokerCluster, type BrokerCluster } from './harness/broker-cluster.js';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet } from './harness/fleet.js';
import { metric } from './harness/metric.js';
import { connectProducer } from './harness/nats-producer.js';

const components = join(dirname(fileURLToPath(import.meta.url)), '../../../deploy/kubernetes/components');

/** What is read here of a server's answer about JetStream. */
interface JetStreamReport {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly { readonly consumer_detail?: readonly { readonly name: string }[] }[];
  }[];
}

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
    'are no longer ready for services with two of them gone, and are again when these are back',
    async () => {
      const untilAll = (status: number, nats: string) =>
        waitUntil(
          async () => {
            const answers = serviceNames.map(async (name) => {
              const answer = await fetch(`${fleet.operationsUrl(name)}/readyz`);
              const { parts } = (await answer.json()) as { parts: { nats: string } };
              return { name, status: answer.status, parts };
            });
            for (const said of await Promise.all(answers))
              expect(said).toMatchObject({ status, parts: { nats } });
            return true;
          },
          { timeoutMs: 120_000, describe: `all to say that NATS is ${nats}` },
        );
      await untilAll(200, 'ok');
      await brokers.kill(0);
      await brokers.kill(1);
      await untilAll(503, 'down');
      await Promise.all([brokers.start(0), brokers.start(1)]);
      await untilAll(200, 'ok');
    },
    4 * fleetPatienceMs,
  );

  it(
    'let a producer publish events, and nothing of Postel',
    async () => {
      const producer = await connectAs('producer');
      const body = JSON.stringify({ id: 'ord_1' });
      // brokers that came back a moment ago may not have all of their cluster yet, and a producer tries again
      const ack = await waitUntil(() => producer.publish('order.created', body), {
        timeoutMs: 60_000,
        describe: 'an event to be stored',
      });
      expect(ack).toMatchObject({ stream: 'EVENTS' });
      for (const subject of ['postel.log.default.event.accepted', 'postel.config.tenant.x', 'inbound.x.y'])
        await expect(producer.publish(subject, body)).rejects.toThrow();
      await producer.close();
    },
    fleetPatienceMs,
  );

  it('tell metrics how much they may store, as the alerts about it need', async () => {
    // max_file of the account: three servers, each with 85 GiB
    const limitBytes = 3 * 85 * 1024 ** 3;
    const measured = () => metric(fleet.operationsUrl('metrics', 0), 'broker_storage_limit_bytes');
    await waitUntil(async () => (await measured()) === limitBytes, {
      timeoutMs: 30_000,
      describe: 'the limit of the storage to be measured',
    });
  });

  it('tell KEDA what waits, by the account of its triggers', async () => {
    const scaledObjects = join(components, 'keda', 'scaled-objects.yaml');
    const [, account = ''] = /^ +account: (\S+)$/m.exec(readFileSync(scaledObjects, 'utf8')) ?? [];
    const answers = await Promise.all(
      brokers.monitorUrls.map((url) => fetch(`${url}/jsz?acc=${account}&consumers=true&config=true`)),
    );
    const said = (await Promise.all(answers.map((answer) => answer.json()))) as JetStreamReport[];
    const consumers = said
      .flatMap(({ account_details = [] }) => account_details)
      .flatMap(({ stream_detail = [] }) => stream_detail)
      .flatMap(({ consumer_detail = [] }) => consumer_detail.map(({ name }) => name));
    expect(consumers).toEqual(expect.arrayContaining(['dispatcher', 'deliverer-delivery-0']));
  });

  it('let nobody in whose certificate names none of them', async () => {
    await expect(connectAs('stranger')).rejects.toThrow(/authorization/i);
  });
});
