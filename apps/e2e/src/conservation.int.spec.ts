import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConservationAnswer } from '@postel/contracts';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectLogEraser, type LogEraser } from './harness/log-eraser.js';
import { metric } from './harness/metric.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { stopChild } from './harness/stop-child.js';
import { Subscriptions } from './harness/subscriptions.js';
import { createTenant } from './harness/tenant-client.js';

const patienceMs = 120_000;

describe('every figure adds up', () => {
  let fleet: Fleet;
  let producer: NatsProducer;
  let subscriptions: Subscriptions;
  let eraser: LogEraser;
  beforeAll(async () => {
    fleet = await startFleet();
    producer = await connectProducer(fleet.nats.url);
    eraser = await connectLogEraser(fleet.nats.url);
    subscriptions = new Subscriptions(fleet, 'adds_up');
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await eraser?.close();
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const read = async (token?: string): Promise<ConservationAnswer> => {
    const answer = await fleet.api.request('GET', '/v1/conservation', token === undefined ? {} : { token });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.json as ConservationAnswer;
  };

  /** Once it says this; what it says at last is in the failure. */
  const counted = async (expected: object, token?: string): Promise<ConservationAnswer> => {
    let last: ConservationAnswer | undefined;
    const isExpected = async () => {
      last = await read(token);
      expect(last).toMatchObject(expected);
      return last;
    };
    return eventually(isExpected, 'the figures', { timeoutMs: 60_000 }).catch(() => {
      expect(last).toMatchObject(expected);
      throw new Error('they came too late');
    });
  };

  const difference = (equation: 'events' | 'deliveries') =>
    metric(fleet.operationsUrl('metrics'), 'conservation_difference', { equation });

  it(
    'over successes, retries, deaths, replays, redrives, discards, pauses and what nobody understands',
    async () => {
      let isMended = false;
      const good = await subscriptions.add({});
      const flaky = await subscriptions.add({ retry: { schedule: [10] } }, () => ({
        status: isMended ? 200 : 503,
      }));
      const paused = await subscriptions.add({});
      await fleet.api.setEndpoint(paused.endpoint.id, 'pause');
      const [goodId = ''] = await subscriptions.publish(good, 3);
      await subscriptions.publish(flaky, 3);
      await subscriptions.publish(paused, 2);
      await producer.publish('order.nobody', '{"a":1}');
      await producer.publish('order.created', '{"id":');
      await counted({
        events: { accepted: 10, fannedOut: 8, unmatched: 1, invalid: 1, awaiting: 0, difference: 0 },
        deliveries: { created: 8, succeeded: 3, pending: 2, retrying: 0, dead: 3, difference: 0 },
      });

      isMended = true;
      const { data: dead } = await eventually(async () => {
        const page = await fleet.api.deadLetters();
        return page.data.length === 4 ? page : null;
      }, 'the dead letters');
      const ofDeliveries = dead.filter(({ deliveryId }) => deliveryId !== null);
      await fleet.api.request('DELETE', `/v1/dead-letters/${ofDeliveries[0]?.id}`);
      await fleet.api.request('POST', `/v1/dead-letters/${ofDeliveries[1]?.id}/redrive`);
      await fleet.api.request('POST', `/v1/events/${goodId}/replay`, { body: {} });
      await fleet.api.setEndpoint(paused.endpoint.id, 'enable');
      const { asOf } = await counted({
        events: { accepted: 10, difference: 0 },
        deliveries: {
          created: 9,
          succeeded: 7,
          pending: 0,
          retrying: 0,
          dead: 1,
          discarded: 1,
          difference: 0,
        },
      });
      // what the operator is told of dead letters stands there, too
      expect(asOf.events).toBeGreaterThanOrEqual(10);
      for (const equation of ['events', 'deliveries'] as const)
        await eventually(
          async () => (await difference(equation)) === 0 || null,
          `no difference of ${equation}`,
        );
    },
    patienceMs,
  );

  it(
    'for each tenant by itself',
    async () => {
      const acme = await createTenant(fleet.api, 'acme');
      await acme.expect(202, 'POST', '/v1/events', { type: 'order.created', data: { object: {} } });
      await counted(
        { events: { accepted: 1, unmatched: 1, difference: 0 }, deliveries: { created: 0 } },
        acme.key,
      );
    },
    patienceMs,
  );

  it(
    'and notices, whatever the tables say, that the log lost a fan-out and an outcome',
    async () => {
      const before = await read();
      const lostFanOut = await subscriptions.add({});
      const lostOutcome = await subscriptions.add({});
      await stopChild(fleet.service('metrics'));
      const [outcomeOf = ''] = await subscriptions.publish(lostOutcome, 1);
      // of the first success of an endpoint its owner says that something may have failed before
      await eraser.eraseLast('delivery.succeeded', outcomeOf);
      const [fanOutOf = ''] = await subscriptions.publish(lostFanOut, 1);
      await eventually(() => lostFanOut.receiver.arrivals.length === 1 || null, 'the delivery');
      await eraser.eraseLast('event.fanned_out', fanOutOf);
      await fleet.restart('metrics');

      const after = await counted({
        events: { accepted: before.events.accepted + 2, difference: 1, lost: [{ id: fanOutOf }] },
        deliveries: { created: before.deliveries.created + 1, difference: 2, missing: 1, unexpected: 1 },
      });
      expect(after.deliveries.missingIds).toHaveLength(1);
      await eventually(async () => (await difference('events')) === 1 || null, 'the metric');
      await eventually(async () => (await difference('deliveries')) === 2 || null, 'the metric');
      const said = () => fleet.service('metrics').output().includes(fanOutOf);
      await eventually(() => said() || null, 'the log to name it');
    },
    patienceMs,
  );
});
