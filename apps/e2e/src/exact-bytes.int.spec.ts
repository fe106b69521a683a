import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReceivedRequest, Receiver } from '@postel/testing';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { verifySignatures } from './harness/signatures.js';

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
  let fleet: Fleet;
  let producer: NatsProducer;
  let receiver: Receiver;
  let secret: string;
  beforeAll(async () => {
    fleet = await startFleet();
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
    const [delivery] = await fleet.api.deliveriesOfEvent(id);
    const attempts = await eventually(async () => {
      const made = await fleet.api.attempts(delivery?.id ?? '');
      return made.length === 2 ? made : null;
    }, 'both attempts');
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
