import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReceivedRequest, Receiver } from '@postel/testing';
import { createHash } from 'node:crypto';
import { attemptsWithBodies } from './harness/attempts-of.js';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { verifySignatures } from './harness/signatures.js';
import { startTogether } from './harness/together.js';

/** What JSON.parse and JSON.stringify would change: as text, and never as a JavaScript value. */
const trickyObjects: Record<string, string> = {
  'a number beyond 2^53': '{"big":12345678901234567890,"precise":0.1000000000000000055511151231257827}',
  'numbers as they were written': '{"a":1.0,"b":1e2,"c":1E+2,"d":-0,"e":-0.0,"f":100000000000000000000000}',
  'escapes as they were written': String.raw`{"e":"\u00e9\u0041\/\ud83d\ude00","tab":"\t","raw":"é😀"}`,
  'a lone surrogate': String.raw`{"half":"\ud800"}`,
  'keys that look like integers, in their order': '{"10":"a","9":"b","x":"c","1":"d"}',
  'keys of prototypes': '{"__proto__":{"admin":true},"constructor":1,"toString":null}',
  'a key twice': '{"same":1,"same":2}',
  'white space inside': '{ "a" : [ 1 ,\n\t2 ] }',
  'the signs of HTML and JavaScript': '{"html":"</script>&\u2028\u2029"}',
  'deep nesting': `{"deep":${'['.repeat(200)}${']'.repeat(200)}}`,
  nothing: '{}',
};

describe('the bytes of an event', () => {
  let fleet: RunningPostel;
  let producer: NatsProducer;
  let receiver: Receiver;
  let secret: string;
  beforeAll(async () => {
    fleet = await startTogether();
    producer = await connectProducer(fleet.nats.url);
    receiver = await fleet.receiver(({ headers }) => ({
      status: headers['x-webhook-attempt'] === '1' ? 503 : 200,
    }));
    const endpoint = await fleet.api.createEndpoint({
      url: receiver.url,
      retry: { initialDelayMs: 20, jitter: 0 },
    });
    ({ secret } = endpoint);
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  /** Both attempts of it: the one from the stream, and the one that waited. */
  async function received(id: string): Promise<string> {
    const ofEvent = () => receiver.requests.filter((request) => eventIdOf(request) === id);
    await receiver.waitFor(() => ofEvent().length >= 2);
    const [first, second] = ofEvent() as [ReceivedRequest, ReceivedRequest];
    verifySignatures(first, secret);
    verifySignatures(second, secret);
    expect(second.rawBody.toString('hex')).toBe(first.rawBody.toString('hex'));
    return first.rawBody.toString();
  }

  const cases = Object.entries(trickyObjects).map(([name, object], n) => ({ name, object, n }));

  it.each(cases)('come through HTTP as they are: $name', async ({ object, n }) => {
    const id = `http-${n}`;
    const data = `{"object":${object},"previousAttributes":${object}}`;
    const created = 1_702_987_200;
    const head = `"id":"${id}","type":"order.created","created":${created}`;
    await fleet.api.publish(`{${head},"data":${data},"relatedObjects":${object}}`);
    const sent = `{${head},"apiVersion":"2024-01-01","data":${data},"relatedObjects":${object}}`;
    expect(await received(id)).toBe(sent);
    const shown = await eventually(async () => {
      const answer = await fleet.api.request('GET', `/v1/events/${id}`);
      return answer.status === 200 ? answer.text : null;
    }, 'the event');
    expect(shown).toContain(`"data":${data}`);
    // an event may be shown a moment before its delivery
    const delivery = await eventually(async () => (await fleet.api.deliveriesOfEvent(id))[0], 'the delivery');
    const attempts = await attemptsWithBodies(fleet.api, delivery.id, 2);
    expect(attempts.map(({ request }) => request.body)).toEqual([sent, sent]);
  });

  it.each(cases)('come through NATS as they are, as the bare object: $name', async ({ object, n }) => {
    await producer.publish('order.created', object, { 'Nats-Msg-Id': `bare-${n}` });
    expect(await received(`bare-${n}`)).toMatch(/^\{"id":"bare-\d+","type":"order.created","created":\d+,/);
    const body = await received(`bare-${n}`);
    expect(body.slice(body.indexOf('"data":'))).toBe(`"data":{"object":${object}}}`);
  });

  it.each(cases)('come through NATS as they are, in an envelope: $name', async ({ object, n }) => {
    const data = `{"previousAttributes":${object},"object":${object}}`;
    await producer.publish('order.created', `{"data":${data},"id":"env-${n}","created":1702987200}`);
    expect(await received(`env-${n}`)).toBe(
      `{"id":"env-${n}","type":"order.created","created":1702987200,"apiVersion":"2024-01-01","data":${data}}`,
    );
  });

  it('come through a batch as they are', async () => {
    const items = cases.map(
      ({ object, n }) => `{"id":"batch-${n}","type":"order.created","data":{"object":${object}}}`,
    );
    const answer = await fleet.api.request('POST', '/v1/events/batch', {
      body: `{"events":[${items.join(' ,\n')}]}`,
    });
    expect(answer.json).toMatchObject({ rejected: [] });
    for (const { object, n } of cases) {
      const body = await received(`batch-${n}`);
      expect(body.slice(body.indexOf('"data":'))).toBe(`"data":{"object":${object}}}`);
    }
  });

  describe('of a CloudEvent', () => {
    const source = '/exact';
    const idOf = (id: string) =>
      `evt_${createHash('sha256').update(`${source}\n${id}`).digest('hex').slice(0, 32)}`;
    const attributes = (id: string) => ({ specversion: '1.0', id, source, type: 'order.created' });
    const time = '2023-12-19T12:00:00.5Z';
    const json = (id: string, object: string) =>
      `{"specversion":"1.0","id":"${id}","source":"${source}","type":"order.created","time":"${time}","huge":12345678901234567890,"data":${object}}`;
    const headersOf = (id: string) => ({
      ...Object.fromEntries(Object.entries(attributes(id)).map(([name, value]) => [`ce-${name}`, value])),
      'ce-time': time,
      'ce-huge': '12345678901234567890',
      'content-type': 'application/json',
    });
    const stored = (id: string, object: string, more: string) =>
      `{"id":"${idOf(id)}","type":"order.created","created":1702987200,"apiVersion":"2024-01-01","data":{"object":${object}},"relatedObjects":{"cloudEvent":{"specversion":"1.0","id":"${id}","source":"${source}",${more}}}}`;
    const inStructured = '"huge":12345678901234567890';
    const inBinary = '"huge":"12345678901234567890","datacontenttype":"application/json"';

    it.each(cases)('come through HTTP as they are, in structured mode: $name', async ({ object, n }) => {
      const id = `ce-http-${n}`;
      const request = {
        body: json(id, object),
        headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
      };
      const answers = [
        await fleet.api.request('POST', '/v1/events', request),
        await fleet.api.request('POST', '/v1/events', request),
      ];
      const published = { id: idOf(id), type: 'order.created', created: 1_702_987_200 };
      expect(answers.map(({ status, json }) => [status, json])).toEqual([
        [202, { ...published, duplicate: false }],
        [202, { ...published, duplicate: true }],
      ]);
      expect(await received(idOf(id))).toBe(stored(id, object, inStructured));
    });

    it.each(cases)('come through HTTP as they are, in binary mode: $name', async ({ object, n }) => {
      const id = `ce-binary-${n}`;
      const answer = await fleet.api.request('POST', '/v1/events', { body: object, headers: headersOf(id) });
      expect([answer.status, answer.json]).toMatchObject([202, { id: idOf(id), duplicate: false }]);
      expect(await received(idOf(id))).toBe(stored(id, object, inBinary));
    });

    it.each(cases)('come through NATS as they are, in structured mode: $name', async ({ object, n }) => {
      const id = `ce-nats-${n}`;
      const headers = { 'content-type': 'application/cloudevents+json' };
      await producer.publish('order.created', json(id, object), headers);
      expect(await received(idOf(id))).toBe(stored(id, object, inStructured));
    });

    it.each(cases)('come through NATS as they are, in binary mode: $name', async ({ object, n }) => {
      const id = `ce-nats-binary-${n}`;
      await producer.publish('order.created', object, headersOf(id));
      expect(await received(idOf(id))).toBe(stored(id, object, inBinary));
    });

    it('come through a batch as they are, each taken or refused by itself', async () => {
      const items = cases.map(({ object, n }) => json(`ce-batch-${n}`, object));
      const answer = await fleet.api.request('POST', '/v1/events/batch', {
        body: `[${[...items, '{"specversion":"1.0"}', items[0]].join(', ')}]`,
        headers: { 'content-type': 'application/cloudevents-batch+json' },
      });
      const { accepted, rejected } = answer.json as {
        accepted: { index: number; id: string; duplicate: boolean }[];
        rejected: { index: number; problem: { errors: { path: string }[] } }[];
      };
      const [first] = accepted;
      expect(accepted.map(({ index }) => index)).toEqual([...cases.map(({ n }) => n), cases.length + 1]);
      expect(accepted.filter(({ id, duplicate }) => id === first?.id && duplicate)).toHaveLength(1);
      expect(rejected.map(({ index }) => index)).toEqual([cases.length]);
      expect(rejected[0]?.problem.errors.map(({ path }) => path)).toEqual(['id', 'source', 'type', 'data']);
      for (const { object, n } of cases)
        expect(await received(idOf(`ce-batch-${n}`))).toBe(stored(`ce-batch-${n}`, object, inStructured));
    });

    it('are shown in the archive as they are', async () => {
      const shown = await eventually(async () => {
        const answer = await fleet.api.request('GET', `/v1/events/${idOf('ce-nats-0')}`);
        return answer.status === 200 ? answer.text : null;
      }, 'the event');
      expect(shown).toContain(`"data":{"object":${cases[0]?.object}}`);
      expect(shown).toContain('"huge":12345678901234567890');
    });
  });

  it('may be 256 KiB, and no more', async () => {
    const id = 'largest';
    const bytesAround = `{"id":"${id}","type":"order.created","created":1702987200,"apiVersion":"2024-01-01","data":{"object":{"pad":""}}}`;
    const pad = 'x'.repeat(262_144 - bytesAround.length);
    const event = (more: string) => ({
      id,
      type: 'order.created',
      created: 1_702_987_200,
      data: { object: { pad: `${pad}${more}` } },
    });
    const refused = await fleet.api.request('POST', '/v1/events', { body: event('x') });
    expect([refused.status, refused.json]).toMatchObject([413, { code: 'payload_too_large' }]);
    await fleet.api.publish(event(''));
    expect(await received(id)).toHaveLength(262_144);
  });
});
