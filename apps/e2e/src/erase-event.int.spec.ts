import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { escapedCanaries, findCanaries, type Haystack } from './canaries/find-canaries.js';
import { answerHaystacks, streamHaystacks, tableHaystacks } from './canaries/places.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer } from './harness/nats-producer.js';
import { stopChild } from './harness/stop-child.js';
import { Subscriptions } from './harness/subscriptions.js';

const patienceMs = 120_000;
const canaryOf = (name: string) => `canary-${name}-${randomBytes(12).toString('hex')}`;

describe('an event whose payload is erased', () => {
  let fleet: Fleet;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    fleet = await startFleet();
    subscriptions = new Subscriptions(fleet, 'erased');
  }, fleetPatienceMs);
  afterAll(async () => {
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const erase = (id: string) => fleet.api.request('DELETE', `/v1/events/${id}`);
  const archived = (id: string) => eventually(() => fleet.api.event(id), `${id} in the archive`);
  const untilErased = (id: string) =>
    eventually(async () => {
      const { status, json } = await erase(id);
      expect(status).toBe(202);
      return (json as { state: string }).state === 'erased' || null;
    }, `${id} to be erased`);
  const statusesOf = async (id: string) =>
    Object.fromEntries(
      (await fleet.api.deliveriesOfEvent(id).catch(() => [])).map(({ endpointId, status }) => [
        endpointId,
        status,
      ]),
    );
  const everywhere = async (paths: readonly string[]): Promise<Haystack[]> => [
    ...(await streamHaystacks(fleet.nats.url)),
    ...(await tableHaystacks(fleet.postgres.url)),
    ...(await answerHaystacks((path) => fleet.api.request('GET', path), paths)),
  ];

  it('is taken at its word for an event that the archive does not have yet', async () => {
    for (let n = 0; n < 5; n += 1) {
      const { id } = await fleet.api.publish({ type: 'order.erased_at_once', data: { object: { n } } });
      expect(await erase(id)).toMatchObject({ status: 202 });
    }
  });

  it(
    'is nowhere any more, neither is what receivers answered, and what waits of it ends',
    async () => {
      const [payload, answer] = [canaryOf('payload'), canaryOf('answer')];
      const echo = (status: number) => () => ({ status, headers: { 'x-echo': answer }, body: answer });
      const type = 'order.erased_everywhere';
      const also = async (settings: object, status: number) => {
        const receiver = await fleet.receiver(echo(status));
        return {
          receiver,
          ...(await fleet.api.createEndpoint({ url: receiver.url, events: [type], ...settings })),
        };
      };
      const fine = await also({}, 200);
      const dead = await also({ retry: { schedule: [10] } }, 503);
      const retrying = await also({ retry: { schedule: [3_600_000] } }, 503);
      const paused = await also({}, 200);
      await fleet.api.setEndpoint(paused.id, 'pause');
      const event = { type, data: { object: { note: payload } }, relatedObjects: { note: payload } };
      const { id } = await fleet.api.publish({ ...event, channels: [] });
      const expected = { [fine.id]: 'succeeded', [dead.id]: 'dead', [retrying.id]: 'retrying' };
      await eventually(async () => {
        const statuses = await statusesOf(id);
        return Object.entries(expected).every(([key, status]) => statuses[key] === status) || null;
      }, 'the deliveries to be what they are');
      // each of these tables is written by itself
      await archived(id);
      const letter = await eventually(
        async () => (await fleet.api.deadLetters(`endpointId=${dead.id}`)).data[0],
        'the dead letter',
      );
      const deliveries = await fleet.api.deliveriesOfEvent(id);
      const paths = [
        `/v1/events/${id}`,
        '/v1/events',
        '/v1/dead-letters',
        '/v1/export',
        ...deliveries.map((delivery) => `/v1/deliveries/${delivery.id}/attempts`),
      ];
      const canaries = [
        { name: 'payload', forms: [payload] },
        // a message of the log holds the facts of many events: it keeps what was answered until its retention
        { name: 'answer', forms: [answer], allowed: ['stream:LOG'] },
      ];
      const before = findCanaries(canaries, await everywhere(paths)).map(({ place }) => place);
      expect(before).toEqual(
        expect.arrayContaining([
          'table:events.payload',
          'table:attempts.response_body',
          `api:/v1/events/${id}`,
          'api:/v1/export',
        ]),
      );

      expect(await erase(id)).toMatchObject({ status: 202, json: { eventId: id, state: 'erasing' } });
      await untilErased(id);
      await eventually(
        async () => (await statusesOf(id))[retrying.id] === 'dead' || null,
        'the retry to end',
      );
      expect(escapedCanaries(canaries, await everywhere(paths))).toEqual([]);

      expect(await fleet.api.event(id)).toMatchObject({ id, type, erased: true, data: null });
      const ended = await eventually(
        async () => (await fleet.api.deadLetters('reason=event_erased')).data[0],
        'the dead letter of the retry',
      );
      expect(ended).toMatchObject({ eventId: id, endpointId: retrying.id, attempts: 1 });
      // what waited for its endpoint is not sent when that takes deliveries again
      await fleet.api.setEndpoint(paused.id, 'enable');
      await eventually(
        async () => (await statusesOf(id))[paused.id] === 'dead' || null,
        'the paused one to end',
      );
      expect(paused.receiver.requests).toEqual([]);

      const succeeded = deliveries.find(({ status }) => status === 'succeeded');
      for (const path of [
        `/v1/events/${id}/replay`,
        `/v1/dead-letters/${letter.id}/redrive`,
        `/v1/deliveries/${succeeded?.id}/retry`,
      ])
        expect(await fleet.api.request('POST', path, { body: {} })).toMatchObject({
          status: 409,
          json: { code: 'event_erased' },
        });
      expect(await fleet.api.redriveAll({ eventId: id })).toBe(0);
      expect(fine.receiver.requests).toHaveLength(1);
    },
    patienceMs,
  );

  it(
    'is not sent by a deliverer that was away meanwhile',
    async () => {
      const payload = canaryOf('late');
      const subscription = await subscriptions.add({});
      const deliverer = fleet.service('deliverer');
      await stopChild(deliverer);
      const { type } = subscription;
      const { id } = await fleet.api.publish({ type, data: { object: { note: payload } } });
      await eventually(
        async () => (await statusesOf(id))[subscription.endpoint.id] === 'pending' || null,
        'it',
      );
      await archived(id);
      expect(await erase(id)).toMatchObject({ json: { state: 'erasing' } });
      // whoever asks is not told that all is done while a delivery has it
      await eventually(
        async () => ((await fleet.api.event(id)) as { erased: boolean }).erased || null,
        'the archive to be without it',
      );
      const finds = findCanaries([{ name: 'payload', forms: [payload] }], await everywhere([]));
      expect(finds.map(({ place }) => place.split('.')[0])).toEqual(
        expect.arrayContaining(['stream:DELIVERIES postel']),
      );
      expect(await erase(id)).toMatchObject({ json: { state: 'erasing' } });
      await stopChild(fleet.service('metrics'));
      await Promise.all([fleet.restart('metrics'), fleet.restart('deliverer')]);
      await untilErased(id);
      await eventually(
        async () => (await statusesOf(id))[subscription.endpoint.id] === 'dead' || null,
        'it to end',
      );
      expect(subscription.receiver.arrivals).toEqual([]);
      expect(findCanaries([{ name: 'payload', forms: [payload] }], await everywhere([]))).toEqual([]);
    },
    patienceMs,
  );

  it(
    'may be one that was not understood: its dead letter has its bytes no more',
    async () => {
      const payload = canaryOf('invalid');
      const producer = await connectProducer(fleet.nats.url);
      await producer.publish('order.not_json', `{"data": 1 ${' '.repeat(100)}${payload}`);
      await producer.close();
      const letter = await eventually(
        async () => (await fleet.api.deadLetters('reason=invalid_event')).data[0],
        'the dead letter',
      );
      const path = `/v1/dead-letters/${letter.id}`;
      await eventually(
        async () => (await erase(letter.eventId)).status === 202 || null,
        'the archive to have it',
      );
      await untilErased(letter.eventId);
      const { json, status } = await fleet.api.request('GET', path);
      expect([status, json]).toEqual([200, expect.not.objectContaining({ payload: expect.anything() })]);
      expect(findCanaries([{ name: 'payload', forms: [payload] }], await everywhere([path]))).toEqual([]);
    },
    patienceMs,
  );

  it('refuses to erase what is not there', async () => {
    expect(await erase('evt_nobody_knows')).toMatchObject({ status: 404, json: { code: 'event_not_found' } });
  });
});
