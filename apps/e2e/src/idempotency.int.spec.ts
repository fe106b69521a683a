import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receiver } from '@postel/testing';
import { createHash } from 'node:crypto';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { startTogether } from './harness/together.js';

describe('one event, however often it is published', () => {
  let fleet: RunningPostel;
  let producer: NatsProducer;
  let receiver: Receiver;
  beforeAll(async () => {
    fleet = await startTogether();
    producer = await connectProducer(fleet.nats.url);
    receiver = await fleet.receiver();
    await fleet.api.createEndpoint({ url: receiver.url, events: ['order.*', 'user.*'] });
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const idsReceived = () => receiver.requests.map(eventIdOf);

  /** This came, and what came before it is delivered: deliveries of one endpoint start in order, some at once. */
  async function delivered(...ids: string[]): Promise<void> {
    const { id } = await fleet.api.publish({ type: 'order.mark', data: { object: {} } });
    await receiver.waitFor(() => [id, ...ids].every((wanted) => idsReceived().includes(wanted)));
  }

  it('takes the same id twice as one event', async () => {
    const event = { id: 'twice-1', type: 'order.created', data: { object: { n: 1 } } };
    const first = await fleet.api.publish(event);
    const again = await fleet.api.publish(event);
    expect(first).toMatchObject({ id: 'twice-1', duplicate: false });
    expect(again).toEqual({ ...first, duplicate: true });
    // white space around it changes nothing
    expect(await fleet.api.publish(JSON.stringify(event, null, 0))).toMatchObject({ duplicate: true });
    await delivered('twice-1');
    expect(idsReceived().filter((id) => id === 'twice-1')).toHaveLength(1);
    const deliveries = await eventually(async () => {
      const shown = await fleet.api.deliveriesOfEvent('twice-1');
      return shown[0]?.status === 'succeeded' ? shown : null;
    }, 'the delivery');
    expect(deliveries).toHaveLength(1);
  });

  it('takes many concurrent publishes of one id as one event', async () => {
    const event = { id: 'crowd-1', type: 'order.created', data: { object: { n: 1 } } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => fleet.api.publish(event)));
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(answers.map(({ created }) => created)).size).toBe(1);
    await delivered('crowd-1');
    expect(idsReceived().filter((id) => id === 'crowd-1')).toHaveLength(1);
  });

  it.each([
    ['other data', { data: { object: { n: 2 } } }],
    ['another time', { created: 1_700_000_001 }],
    ['more data', { relatedObjects: { a: 1 } }],
    ['other channels', { channels: ['eu'] }],
    ['an ordering key', { orderingKey: 'k' }],
  ])('refuses the same id with %s', async (what, change) => {
    const event = {
      id: `conflict-${what.replaceAll(' ', '-')}`,
      type: 'order.created',
      created: 1_700_000_000,
      data: { object: { n: 1 } },
    };
    await fleet.api.publish(event);
    const refused = await fleet.api.request('POST', '/v1/events', { body: { ...event, ...change } });
    expect([refused.status, refused.json]).toMatchObject([409, { code: 'event_id_conflict' }]);
  });

  it('refuses the same id with another type', async () => {
    const event = { id: 'conflict-type', type: 'order.created', data: { object: { n: 1 } } };
    await fleet.api.publish(event);
    const refused = await fleet.api.request('POST', '/v1/events', {
      body: { ...event, type: 'user.updated' },
    });
    expect([refused.status, refused.json]).toMatchObject([409, { code: 'event_id_conflict' }]);
    await delivered('conflict-type');
    expect(idsReceived().filter((id) => id === 'conflict-type')).toHaveLength(1);
  });

  it('lets the broker drop a repetition by Nats-Msg-Id', async () => {
    const publish = () => producer.publish('order.created', '{"n":1}', { 'Nats-Msg-Id': 'nats-twice' });
    expect((await publish()).duplicate).toBe(false);
    expect((await publish()).duplicate).toBe(true);
    await delivered('nats-twice');
    expect(idsReceived().filter((id) => id === 'nats-twice')).toHaveLength(1);
  });

  it('knows over HTTP what came by NATS, however it was written there', async () => {
    const bare = { id: 'both-1', type: 'order.created', data: { object: { n: 1 } } };
    await producer.publish('order.created', '{"id":"both-1","data":{"object":{"n":1}}}', {
      'Nats-Msg-Id': 'default:both-1',
    });
    expect(await fleet.api.publish(bare)).toMatchObject({ id: 'both-1', duplicate: true });
    const other = { body: { ...bare, data: { object: { n: 2 } } } };
    expect((await fleet.api.request('POST', '/v1/events', other)).status).toBe(409);

    const cloudEvent = JSON.stringify({
      ...{ specversion: '1.0', id: 'both-2', source: '/shop/1', type: 'order.created' },
      data: { n: 1 },
    });
    const id = `evt_${createHash('sha256').update('/shop/1\nboth-2').digest('hex').slice(0, 32)}`;
    const headers = { 'content-type': 'application/cloudevents+json' };
    await producer.publish('order.created', cloudEvent, { ...headers, 'Nats-Msg-Id': `default:${id}` });
    const answer = await fleet.api.request('POST', '/v1/events', { body: cloudEvent, headers });
    expect(answer.json).toMatchObject({ id, duplicate: true });
  });

  it('answers over HTTP with the id that the event has got by NATS', async () => {
    const event = { id: 'both-3', type: 'order.created', data: { object: { n: 3 } } };
    await producer.publish(event.type, '{"n":3}', { 'Nats-Msg-Id': 'default:both-3' });
    const answer = await fleet.api.publish(event);
    expect(answer.duplicate).toBe(true);
    await delivered(answer.id);
    await eventually(() => fleet.api.event(answer.id), 'the event');
  });

  it('does not take the event of another tenant for the same, whatever its Nats-Msg-Id', async () => {
    await fleet.api.request('POST', '/v1/tenants', { body: { id: 'squatter' } });
    const event = { id: 'both-4', type: 'order.created', data: { object: { n: 4 } } };
    await producer.publish(event.type, JSON.stringify(event), {
      'Nats-Msg-Id': 'default:both-4',
      'Postel-Tenant': 'squatter',
    });
    const answer = await fleet.api.request('POST', '/v1/events', { body: event });
    expect([answer.status, answer.json]).toMatchObject([409, { code: 'event_id_conflict' }]);
  });

  it('judges each event of a batch by itself', async () => {
    const answer = await fleet.api.publishBatch([
      { id: 'batch-0', type: 'order.created', data: { object: { n: 0 } } },
      { id: 'batch-1', type: 'not a type', data: { object: {} } },
      { id: 'batch-2', type: 'order.created', data: {} },
      { id: 'batch-0', type: 'order.created', data: { object: { n: 0 } } },
      { id: 'batch-0', type: 'order.created', data: { object: { n: 99 } } },
      'not an event',
      { type: 'user.updated', data: { object: { n: 6 } } },
    ]);
    expect(answer.accepted).toEqual([
      { index: 0, id: 'batch-0', duplicate: expect.any(Boolean) },
      { index: 3, id: 'batch-0', duplicate: expect.any(Boolean) },
      { index: 6, id: expect.stringMatching(/^evt_/), duplicate: false },
    ]);
    expect(answer.accepted.filter(({ id, duplicate }) => id === 'batch-0' && !duplicate)).toHaveLength(1);
    expect(
      answer.rejected.map(({ index, problem }) => [index, problem.code, problem.errors?.[0]?.path]),
    ).toEqual([
      [1, 'invalid_event_type', 'type'],
      [2, 'data_object_missing', 'data.object'],
      [4, 'event_id_conflict', undefined],
      [5, 'invalid_request', ''],
    ]);
    await delivered('batch-0', answer.accepted[2]?.id ?? '');
    expect(idsReceived().filter((id) => id === 'batch-0')).toHaveLength(1);
    expect(idsReceived()).toContain(answer.accepted[2]?.id);
  });

  it('takes a batch of 1,000 and delivers each once', async () => {
    const events = Array.from({ length: 1_000 }, (_, n) => ({
      id: `thousand-${n}`,
      type: 'user.updated',
      data: { object: { n } },
    }));
    const { accepted, rejected } = await fleet.api.publishBatch(events);
    expect([accepted.length, rejected.length]).toEqual([1_000, 0]);
    expect((await fleet.api.publishBatch(events)).accepted.every(({ duplicate }) => duplicate)).toBe(true);
    await receiver.waitFor(
      (requests) => requests.filter((request) => eventIdOf(request).startsWith('thousand')).length >= 1_000,
      60_000,
    );
    await delivered();
    const ids = idsReceived().filter((id) => id.startsWith('thousand'));
    expect([ids.length, new Set(ids).size]).toEqual([1_000, 1_000]);
    const tooMany = await fleet.api.request('POST', '/v1/events/batch', {
      body: { events: [...events, { type: 'user.updated', data: { object: {} } }] },
    });
    expect([tooMany.status, tooMany.json]).toMatchObject([422, { errors: [{ path: 'events' }] }]);
  });

  it('reaches an endpoint with the very first event after its creation', async () => {
    for (let n = 1; n <= 50; n++) {
      const type = `order.fresh_${n}`;
      await fleet.api.createEndpoint({ url: `${receiver.url}/fresh`, events: [type] });
      // by turns through both doors: the promise is the same
      if (n % 2 === 0) await fleet.api.publish({ id: `fresh-${n}`, type, data: { object: { n } } });
      else await producer.publish(type, JSON.stringify({ n }), { 'Nats-Msg-Id': `fresh-${n}` });
    }
    const fresh = () => receiver.requests.filter(({ path }) => path === '/fresh');
    await receiver.waitFor(() => fresh().length >= 50);
    const numbers = fresh().map(eventIdOf);
    expect([...numbers].sort()).toEqual(Array.from({ length: 50 }, (_, n) => `fresh-${n + 1}`).sort());
  });
});
