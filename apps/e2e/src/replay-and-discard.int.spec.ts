import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { Subscriptions } from './harness/subscriptions.js';
import { startTogether } from './harness/together.js';

const patienceMs = 120_000;

describe('an event again, and a dead letter no more', () => {
  let fleet: RunningPostel;
  let producer: NatsProducer;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    fleet = await startTogether();
    producer = await connectProducer(fleet.nats.url);
    subscriptions = new Subscriptions(fleet, 'again');
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const post = (path: string, body: object = {}) => fleet.api.request('POST', path, { body });

  /** All deliveries of an event, once there are so many and all have ended well, and it is in the archive, too. */
  const succeeded = async (eventId: string, count: number) => {
    await eventually(() => fleet.api.event(eventId), 'the event in the archive');
    return eventually(async () => {
      const deliveries = await fleet.api.deliveriesOfEvent(eventId).catch(() => []);
      return deliveries.length === count && deliveries.every(({ status }) => status === 'succeeded')
        ? deliveries
        : null;
    }, `${count} deliveries of ${eventId} to succeed`);
  };

  it(
    'replays an event to all that match now, with the same webhook-id and new deliveries',
    async () => {
      const first = await subscriptions.add({});
      const off = await subscriptions.receiver();
      const disabled = await fleet.api.createEndpoint({ url: off.url, events: [first.type] });
      await fleet.api.setEndpoint(disabled.id, 'disable');
      const [eventId = ''] = await subscriptions.publish(first, 1);
      const [made] = await succeeded(eventId, 1);
      // these did not match then: one was not there, one took other amounts
      const later = await subscriptions.receiver();
      const fresh = await fleet.api.createEndpoint({ url: later.url, events: [first.type] });
      const filtered = await fleet.api.createEndpoint({
        url: later.url,
        events: [first.type],
        filter: { 'data.object.n': { gt: 5 } },
      });

      const { status, json } = await post(`/v1/events/${eventId}/replay`);
      expect(status).toBe(202);
      const replayed = (json as { deliveries: { id: string; endpointId: string }[] }).deliveries;
      expect(replayed.map(({ endpointId }) => endpointId).sort()).toEqual(
        [first.endpoint.id, fresh.id].sort(),
      );

      const all = await succeeded(eventId, 3);
      expect(all.map(({ id }) => id).sort()).toEqual([made?.id, ...replayed.map(({ id }) => id)].sort());
      expect(all.every(({ attempts }) => attempts === 1)).toBe(true);
      expect(first.receiver.arrivals.map((arrival) => arrival.eventId)).toEqual([eventId, eventId]);
      expect(later.arrivals.map((arrival) => arrival.eventId)).toEqual([eventId]);
      expect(off.arrivals).toEqual([]);

      // its filters are ignored when it is named
      const named = await post(`/v1/events/${eventId}/replay`, { endpointId: filtered.id });
      expect([named.status, named.json]).toMatchObject([202, { deliveries: [{ endpointId: filtered.id }] }]);
      await succeeded(eventId, 4);
      expect(later.arrivals).toHaveLength(2);
    },
    patienceMs,
  );

  it(
    'goes through the retries of its endpoint, and dies as any other delivery does',
    async () => {
      let answer = 200;
      const subscription = await subscriptions.add({ retry: { schedule: [10, 10] } }, () => ({
        status: answer,
      }));
      const [eventId = ''] = await subscriptions.publish(subscription, 1);
      await succeeded(eventId, 1);
      answer = 503;
      const { json } = await post(`/v1/events/${eventId}/replay`);
      const [replayed] = (json as { deliveries: { id: string }[] }).deliveries;
      const dead = await eventually(async () => {
        const { data } = await fleet.api.deadLetters(`endpointId=${subscription.endpoint.id}`);
        return data[0] ?? null;
      }, 'the dead letter of the replay');
      expect(dead).toMatchObject({ deliveryId: replayed?.id, reason: 'exhausted', attempts: 3 });
      answer = 200;
      expect(await fleet.api.redrive(dead.id)).toBe(1);
      await succeeded(eventId, 2);
    },
    patienceMs,
  );

  it(
    'replays an event that the archive does not have yet',
    async () => {
      const { type, receiver } = await subscriptions.add({});
      for (let n = 0; n < 5; n += 1) {
        const { id } = await fleet.api.publish({ type, data: { object: { n } } });
        expect(await post(`/v1/events/${id}/replay`)).toMatchObject({ status: 202 });
      }
      await eventually(() => receiver.arrivals.length === 10, 'each event twice');
    },
    patienceMs,
  );

  it(
    'retries a delivery that the delivery log does not have yet',
    async () => {
      const { type, receiver } = await subscriptions.add({});
      for (let n = 1; n <= 5; n += 1) {
        const { id } = await fleet.api.publish({ type, data: { object: { n } } });
        const first = await eventually(
          () => receiver.arrivals.find(({ eventId }) => eventId === id),
          'the first attempt',
        );
        const path = `/v1/deliveries/${String(first.headers['x-webhook-delivery'])}/retry`;
        // refused as long as the answer of the receiver is not in the log
        const answers = [await post(path)];
        while (answers.at(-1)?.status === 409) answers.push(await post(path));
        expect(answers.at(-1)).toMatchObject({ status: 202 });
      }
      await eventually(() => receiver.arrivals.length === 10, 'each event twice');
    },
    patienceMs,
  );

  it.each(['Postel-Tenant', 'Postel-Ordering-Key', 'Postel-Channels'])(
    'retries, shows and replays an event that came by NATS with an empty %s',
    async (header) => {
      const subscription = await subscriptions.add({ retry: { schedule: [10] } }, (_, nth) => ({
        status: nth === 1 ? 503 : 200,
      }));
      const eventId = `empty_${header}`;
      await producer.publish(subscription.type, '{"n":1}', { 'Nats-Msg-Id': eventId, [header]: '' });
      const [made] = await succeeded(eventId, 1);
      expect(made?.attempts).toBe(2);
      expect(await post(`/v1/events/${eventId}/replay`)).toMatchObject({ status: 202 });
      await succeeded(eventId, 2);
    },
    patienceMs,
  );

  it(
    'refuses to replay what its schema refused',
    async () => {
      const { endpoint, receiver, type } = await subscriptions.add({});
      const schema = { type: 'object', required: ['id'] };
      await fleet.api.request('PUT', `/v1/event-types/${type}`, { body: { schema } });
      await producer.publish(type, '{"n":1}', { 'Nats-Msg-Id': 'no_id' });
      await eventually(
        async () => (await fleet.api.deadLetters('eventId=no_id')).data[0],
        'the dead letter of the event',
      );
      await eventually(() => fleet.api.event('no_id'), 'the event in the archive');
      for (const body of [{}, { endpointId: endpoint.id }]) {
        expect(await post('/v1/events/no_id/replay', body)).toMatchObject({
          status: 409,
          json: { code: 'event_not_understood' },
        });
      }
      expect(receiver.arrivals).toEqual([]);
    },
    patienceMs,
  );

  it(
    'refuses to replay what is not there, what was not understood, and to whom nothing is sent',
    async () => {
      const { endpoint, type } = await subscriptions.add({});
      const [eventId = ''] = await subscriptions.publish({ type }, 1);
      await succeeded(eventId, 1);
      await producer.publish(type, 'this is not JSON');
      const invalid = await eventually(async () => {
        const { data } = await fleet.api.deadLetters(`reason=invalid_event&type=${type}`);
        return data[0] ?? null;
      }, 'the dead letter of the event');
      await fleet.api.setEndpoint(endpoint.id, 'pause');
      const body = { endpointId: endpoint.id };
      expect(await post(`/v1/events/${eventId}/replay`, body)).toMatchObject({
        status: 409,
        json: { code: 'endpoint_not_active' },
      });
      await fleet.api.deleteEndpoint(endpoint.id);
      expect(await post(`/v1/events/${eventId}/replay`, body)).toMatchObject({
        status: 404,
        json: { code: 'endpoint_not_found' },
      });
      expect(await post('/v1/events/evt_nobody_knows/replay')).toMatchObject({
        status: 404,
        json: { code: 'event_not_found' },
      });
      // the archive may be behind the dead letters
      const refused = await eventually(async () => {
        const answer = await post(`/v1/events/${invalid.eventId}/replay`);
        return answer.status === 404 ? null : answer;
      }, 'the event to be in the archive');
      expect(refused).toMatchObject({ status: 409, json: { code: 'event_not_understood' } });

      expect(await fleet.api.request('DELETE', `/v1/dead-letters/${invalid.id}`)).toMatchObject({
        status: 204,
      });
      await eventually(
        async () =>
          (await fleet.api.deadLetters(`reason=invalid_event&type=${type}`)).data.length === 0 || null,
        'the dead letter of the event to be gone',
      );
    },
    patienceMs,
  );

  it(
    'discards the delivery of a dead letter that is deleted, for good unless it is retried by hand',
    async () => {
      let answer = 400;
      const subscription = await subscriptions.add({}, () => ({ status: answer }));
      const [eventId = ''] = await subscriptions.publish(subscription, 1);
      const query = `endpointId=${subscription.endpoint.id}`;
      const dead = await eventually(
        async () => (await fleet.api.deadLetters(query)).data[0] ?? null,
        'the dead letter',
      );
      const path = `/v1/dead-letters/${dead.id}`;
      const twice = await Promise.all([fleet.api.request('DELETE', path), fleet.api.request('DELETE', path)]);
      expect(twice.every(({ status }) => status === 204 || status === 404)).toBe(true);
      expect(twice.some(({ status }) => status === 204)).toBe(true);
      await eventually(
        async () => (await fleet.api.request('GET', path)).status === 404 || null,
        'the dead letter to be gone',
      );
      await eventually(async () => {
        const [delivery] = await fleet.api.deliveriesOfEvent(eventId);
        return delivery?.status === 'discarded' || null;
      }, 'the delivery to be discarded');
      expect(await post(`${path}/redrive`)).toMatchObject({ status: 404 });
      expect(await fleet.api.redriveAll({ endpointId: subscription.endpoint.id })).toBe(0);
      expect(await fleet.api.request('DELETE', path)).toMatchObject({
        status: 404,
        json: { code: 'dead_letter_not_found' },
      });
      answer = 200;
      await fleet.api.retry(dead.deliveryId ?? '');
      await succeeded(eventId, 1);
    },
    patienceMs,
  );
});
