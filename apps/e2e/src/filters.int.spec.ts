import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExplainedEvent } from '@postel/contracts';
import type { ReceivedRequest, Receiver } from '@postel/testing';
import { problemOf, type CreatedEndpoint } from './harness/api-client.js';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { startTogether } from './harness/together.js';

const patienceMs = 120_000;

describe('filters on the event', () => {
  let fleet: RunningPostel;
  let receiver: Receiver;
  let producer: NatsProducer;
  /** It takes everything, so an event has been fanned out when it has a delivery for it. */
  let witness: CreatedEndpoint;
  beforeAll(async () => {
    fleet = await startTogether();
    receiver = await fleet.receiver();
    producer = await connectProducer(fleet.nats.url);
    witness = await fleet.api.createEndpoint({ url: `${receiver.url}/witness` });
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  /** Names of those endpoints for which an event has a delivery. */
  async function reached(eventId: string, names: ReadonlyMap<string, string>): Promise<string[]> {
    const deliveries = await eventually(async () => {
      const rows = await fleet.api.deliveriesOfEvent(eventId);
      return rows.some(({ endpointId }) => endpointId === witness.id) ? rows : null;
    }, `${eventId} to be fanned out`);
    return deliveries.flatMap(({ endpointId }) => names.get(endpointId) ?? []).sort();
  }

  async function explain(event: object): Promise<ExplainedEvent> {
    const answer = await fleet.api.request('POST', '/v1/events/explain', { body: event });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json as ExplainedEvent;
  }

  const endpoints: Readonly<Record<string, object>> = {
    all: {},
    dear: { filter: { 'data.object.amount': { gt: 100 } } },
    customer: { filter: { 'data.object.customer': 'cus_1', 'data.object.amount': { lt: 1_000 } } },
    customers: { filter: { 'data.object.customer': { in: ['cus_1', 'cus_2'] } }, events: ['order.*'] },
    big: { filter: { 'data.object.ref': { eq: { number: '12345678901234567890' } } }, apiVersion: '1.0' },
    changed: { filter: { 'data.previousAttributes.status': { exists: true } }, apiVersion: '2023-01-01' },
    tagged: {
      filter: { any: [{ 'data.object.tags': 'vip' }, { 'relatedObjects.store.id': { prefix: 'st_' } }] },
    },
    notNew: {
      filter: { not: { type: { in: ['order.created', 'user.registered'] } } },
      headers: { 'X-Theirs': 'secret' },
    },
    eu: { filter: { 'data.object.amount': { gte: 1 } }, channels: ['eu'] },
    ordered: {
      filter: { 'data.object.customer': { exists: true } },
      ordering: 'key',
      signature: { schemes: ['body-hex'] },
    },
  };
  const events: readonly { readonly type: string; readonly [member: string]: unknown }[] = [
    { type: 'order.created', data: { object: { amount: 50, customer: 'cus_1' } } },
    { type: 'order.created', data: { object: { amount: 5_000, customer: 'cus_1', tags: ['new', 'vip'] } } },
    {
      type: 'order.updated',
      data: { object: { amount: '5000', customer: 'cus_2' }, previousAttributes: { status: null } },
      channels: ['eu'],
    },
    {
      type: 'user.registered',
      data: { object: { customer: 'cus_2', amount: 1 } },
      channels: ['eu', 'us'],
      orderingKey: 'k',
    },
    { type: 'payment.failed', data: { object: {} }, relatedObjects: { store: { id: 'st_1' } } },
  ];

  it(
    'decide what is delivered at both doors, exactly as explain says',
    async () => {
      const names = new Map<string, string>();
      for (const [name, settings] of Object.entries(endpoints)) {
        const created = await fleet.api.createEndpoint({ url: `${receiver.url}/${name}`, ...settings });
        names.set(created.id, name);
      }
      const bodies = new Map<string, string>();
      const shown = new Map<string, Record<string, string>>();
      const seen = new Set<string>();
      for (const [index, given] of events.entries()) {
        const event = { id: `evt_filters_${index}`, created: 1_700_000_000, ...given };
        const explained = await explain(event);
        const matching = explained.data.filter(({ matches }) => matches);
        const expected = matching.flatMap(({ endpointId }) => names.get(endpointId) ?? []).sort();
        for (const { endpointId, request } of matching) {
          const name = names.get(endpointId);
          if (!name || !request) continue;
          seen.add(name);
          bodies.set(`${event.id} /${name}`, request.body);
          shown.set(`${event.id} /${name}`, request.headers);
        }
        for (const { matches, reasons, request } of explained.data) {
          expect(reasons.length > 0 || request !== null).toBe(true);
          expect(matches).toBe(reasons.length === 0);
        }
        const { id } = await fleet.api.publish(event);
        const overNats = { ...event, id: `${event.id}_nats` };
        await producer.publish(event.type, JSON.stringify(overNats));
        expect({ index, reached: await reached(id, names) }).toEqual({ index, reached: expected });
        expect({ index, reached: await reached(overNats.id, names) }).toEqual({ index, reached: expected });
      }
      // the table is worth something: each of them matches once, but the one whose number has another last digit
      expect([...seen].sort()).toEqual(
        Object.keys(endpoints)
          .filter((name) => name !== 'big')
          .sort(),
      );
      const keyOf = (request: ReceivedRequest) =>
        `${eventIdOf(request) || String(request.headers['x-webhook-id'])} ${request.path}`;
      const requests = await receiver.waitFor((all) => {
        const arrived = new Set(all.map(keyOf));
        return [...bodies.keys()].every((key) => arrived.has(key));
      }, 60_000);
      for (const [key, body] of bodies) {
        const request = requests.find((one) => keyOf(one) === key) as ReceivedRequest;
        expect({ key, body: request.rawBody.toString() }).toEqual({ key, body });
        const sent = Object.keys(request.headers).filter(
          (name) => !['host', 'connection', 'content-length', 'accept-encoding'].includes(name),
        );
        const planned = Object.keys(shown.get(key) ?? {}).map((name) => name.toLowerCase());
        expect({ key, headers: sent.sort() }).toEqual({ key, headers: planned.sort() });
      }
    },
    patienceMs,
  );

  it(
    'compare numbers beyond 2^53 by their digits',
    async () => {
      const wants = async (number: string) =>
        (
          await fleet.api.createEndpoint({
            url: `${receiver.url}/digits`,
            events: ['user.updated'],
            filter: { 'data.object.ref': { eq: { number } } },
          })
        ).id;
      const names = new Map([
        [await wants('12345678901234567890'), 'same'],
        [await wants('12345678901234567891'), 'other'],
      ]);
      const body = '{"type":"user.updated","data":{"object":{"ref":12345678901234567890}}}';
      const answer = await fleet.api.request('POST', '/v1/events', { body });
      expect(await reached((answer.json as { id: string }).id, names)).toEqual(['same']);
    },
    patienceMs,
  );

  it(
    'are in force for the next event after a change was answered',
    async () => {
      const endpoint = await fleet.api.createEndpoint({
        url: `${receiver.url}/changing`,
        events: ['refund.processed'],
      });
      const names = new Map([[endpoint.id, 'it']]);
      const filters = [
        { 'data.object.n': 1 },
        { 'data.object.n': { ne: 1 } },
        null,
        { 'data.object.n': { gt: 1 } },
      ];
      const outcomes: boolean[] = [];
      for (let round = 0; round < 8; round++) {
        const filter = filters[round % filters.length];
        const answer = await fleet.api.updateEndpoint(endpoint.id, { filter });
        expect(answer.filter).toEqual(filter);
        const { id } = await fleet.api.publish({ type: 'refund.processed', data: { object: { n: 1 } } });
        outcomes.push((await reached(id, names)).length === 1);
      }
      expect(outcomes).toEqual(outcomes.map((_, round) => [true, false, true, false][round % 4]));
    },
    patienceMs,
  );

  it('are refused with the place of each fault', async () => {
    const filter = { 'object.amount': 1, 'data.object.a': { like: 'x' }, any: [{ created: 1e20 }] };
    const answer = await fleet.api.request('POST', '/v1/endpoints', {
      body: { url: receiver.url, filter },
    });
    expect(answer.status).toBe(422);
    expect(problemOf(answer).errors?.map(({ path }) => path)).toEqual([
      'filter.object.amount',
      'filter.data.object.a.like',
      'filter.any.0.created',
    ]);
  });

  it('let explain judge an event as the front door does, and write nothing', async () => {
    const bad = [
      ['{', 'malformed_json'],
      [{ type: 'order', data: { object: {} } }, 'invalid_event_type'],
      [{ type: 'order.created' }, 'data_object_missing'],
      [{ type: 'order.created', data: { object: {} }, more: 1 }, 'invalid_request'],
    ] as const;
    for (const [body, code] of bad) {
      const published = await fleet.api.request('POST', '/v1/events', { body });
      const explained = await fleet.api.request('POST', '/v1/events/explain', { body });
      expect(problemOf(explained).code).toBe(code);
      expect(problemOf(published)).toEqual({ ...problemOf(explained), requestId: expect.any(String) });
    }
    const event = { id: 'evt_only_explained', type: 'order.created', data: { object: { amount: 1 } } };
    await explain(event);
    expect(await fleet.api.publish(event)).toMatchObject({ id: 'evt_only_explained', duplicate: false });
  });

  it('let explain be read page by page', async () => {
    const body = { type: 'order.created', data: { object: {} } };
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor && `&cursor=${cursor}`;
      const answer = await fleet.api.request('POST', `/v1/events/explain?limit=4${query}`, { body });
      const page = answer.json as ExplainedEvent;
      expect(page.data.length).toBeLessThanOrEqual(4);
      ids.push(...page.data.map(({ endpointId }) => endpointId));
      cursor = page.nextCursor;
    }
    const all = await fleet.api.request('GET', '/v1/endpoints?limit=250');
    expect(ids).toEqual((all.json as { data: { id: string }[] }).data.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(4);
  });
});
