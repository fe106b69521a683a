import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil, type Receiver } from '@postel/testing';
import { problemOf, type Api, type ApiAnswer } from './harness/api-client.js';
import { eventIdOf } from './harness/event-id-of.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer } from './harness/nats-producer.js';
import { createTenant } from './harness/tenant-client.js';

const patienceMs = 120_000;
const rounds = 25;

describe('a change that one process answered, in two of ingest and two dispatchers', () => {
  let fleet: Fleet;
  let receiver: Receiver;
  beforeAll(async () => {
    fleet = await startFleet({ replicas: { ingest: 2, dispatcher: 2, deliverer: 2 } });
    receiver = await fleet.receiver();
  }, fleetPatienceMs);
  afterAll(() => fleet?.stop(), fleetPatienceMs);

  let names = 0;
  const newType = () => `order.everywhere_${(names += 1)}`;
  /** One process, the other, and so on in turn. */
  const pair = (round: number): [here: Api, there: Api] => {
    const [first, second] = fleet.apis as [Api, Api];
    return round % 2 === 0 ? [first, second] : [second, first];
  };
  const inTurn = async (work: (here: Api, there: Api, round: number) => Promise<void>) => {
    for (let round = 0; round < rounds; round++) await work(...pair(round), round);
  };
  const eventsAt = (path: string) =>
    receiver.requests.filter((request) => request.path === path).map(eventIdOf);
  /** Whatever may delay a delivery here, another event does not come: what is asked is whether, not when. */
  const untilAt = (path: string, count: number, id?: string) =>
    waitUntil(() => eventsAt(path).length >= count, {
      describe: `${count} requests at ${path}`,
      timeoutMs: 30_000,
    }).catch(async (error: unknown) => {
      throw new Error(`What the log tells of ${id}: ${id && (await told(id))}`, { cause: error });
    });
  const told = async (id: string) => {
    const deliveries = await fleet.api.deliveriesOfEvent(id);
    const attempts = await Promise.all(deliveries.map((delivery) => fleet.api.attemptsSoFar(delivery.id)));
    return JSON.stringify({ deliveries, attempts });
  };
  const orderOf = (type: string) => ({ type, data: { object: { id: 'ord_1' } } });

  /** What follows it is fanned out after everything before it. */
  async function afterAllBefore(api: Api): Promise<void> {
    const type = newType();
    await api.createEndpoint({ url: `${receiver.url}/${type}`, events: [type] });
    // two, because there are two dispatchers
    await Promise.all([api.publish(orderOf(type)), api.publish(orderOf(type))]);
    await untilAt(`/${type}`, 2);
  }

  it(
    'lets an event that is accepted after it, at another door, reach a new endpoint',
    async () => {
      const type = newType();
      const expected = new Map<string, string>();
      await inTurn(async (here, there, round) => {
        const path = `/new-${type}-${round}`;
        const only = { 'data.object.round': { eq: round } };
        await here.createEndpoint({ url: receiver.url + path, events: [type], filter: only });
        const { id } = await there.publish({ type, data: { object: { round } } });
        expected.set(path, id);
      });
      for (const [path, id] of expected) {
        await untilAt(path, 1, id);
        expect(eventsAt(path)).toEqual([id]);
      }
    },
    patienceMs,
  );

  it(
    'is followed by every event after it: of the filter, the URL, a pause, a deletion',
    async () => {
      const type = newType();
      const path = (name: string) => `/${type}-${name}`;
      const { id } = await fleet.api.createEndpoint({ url: receiver.url + path('start'), events: [type] });
      const expected = new Map<string, string[]>();
      const producer = await connectProducer(fleet.nats.url);
      await inTurn(async (here, there, round) => {
        const name = path(String(round));
        await here.updateEndpoint(id, {
          url: receiver.url + name,
          filter: { 'data.object.round': { eq: round } },
        });
        const wanted = await there.publish({ type, data: { object: { round } } });
        await there.publish({ type, data: { object: { round: round - 1 } } });
        const direct = await producer.publish(
          type,
          JSON.stringify({ id: `direct-${round}`, data: { object: { round } } }),
        );
        expect(direct.seq).toBeGreaterThan(0);
        expected.set(name, [wanted.id, `direct-${round}`]);
        await untilAt(name, 2); // the next change is not for these
      });
      await producer.close();
      for (const [name, ids] of expected) expect(eventsAt(name).sort()).toEqual(ids.sort());
      const [here, there] = pair(1);
      await here.updateEndpoint(id, { url: receiver.url + path('end'), filter: null });
      await here.setEndpoint(id, 'pause');
      const held = await there.publish(orderOf(type));
      await afterAllBefore(there);
      expect(eventsAt(path('end'))).toEqual([]);
      await there.setEndpoint(id, 'enable');
      await untilAt(path('end'), 1);
      await there.setEndpoint(id, 'disable');
      await here.publish(orderOf(type));
      await there.setEndpoint(id, 'enable');
      await there.deleteEndpoint(id);
      await here.publish(orderOf(type));
      await afterAllBefore(here);
      expect(eventsAt(path('end'))).toEqual([held.id]);
    },
    patienceMs,
  );

  it(
    'is seen by the next request, wherever that goes',
    async () => {
      await inTurn(async (here, there, round) => {
        const { id } = await here.createEndpoint({ url: receiver.url, events: ['order.never'] });
        expect((await there.endpoint(id)).id).toBe(id);
        expect((await there.updateEndpoint(id, { description: `round ${round}` })).description).toBe(
          `round ${round}`,
        );
        expect((await here.endpoint(id)).description).toBe(`round ${round}`);
        const rotated = await here.request('POST', `/v1/endpoints/${id}/rotate-secret`, { body: {} });
        const secret = await there.request('GET', `/v1/endpoints/${id}/secret`);
        expect(secret.json).toEqual({ secret: (rotated.json as { secret: string }).secret });
        // what is as it should be already is not left so on old grounds
        await there.setEndpoint(id, 'pause');
        expect((await here.setEndpoint(id, 'enable')).status).toBe('active');
        await there.updateEndpoint(id, { headers: { 'x-round': 'changed' } });
        await here.updateEndpoint(id, { headers: {} });
        expect((await there.endpoint(id)).headers).toEqual({});
        await there.setEndpoint(id, 'disable');
        const tried = await here.request('POST', `/v1/endpoints/${id}/test`, { body: {} });
        expect(problemOf(tried).code).toBe('endpoint_not_active');
        // of other services, behind the doors
        expect((await there.request('GET', `/v1/endpoints/${id}/stats`)).status).toBe(200);
        await there.deleteEndpoint(id);
        expect((await here.request('GET', `/v1/endpoints/${id}`)).status).toBe(404);
        expect((await here.request('GET', `/v1/endpoints/${id}/deliveries`)).status).toBe(404);
      });
    },
    patienceMs,
  );

  it(
    'makes a key good at every door, and one that is revoked bad',
    async () => {
      await inTurn(async (here, there, round) => {
        const acme = await createTenant(here, `everywhere-${round}`);
        const as = { token: acme.key };
        expect(
          (await there.request('POST', '/v1/events', { ...as, body: orderOf('order.created') })).status,
        ).toBe(202);
        expect((await there.request('GET', '/v1/deliveries', as)).status).toBe(200);
        const portal = await there.request('POST', '/v1/portal-tokens', { ...as, body: {} });
        const token = (portal.json as { token: string }).token;
        expect((await here.request('GET', '/v1/endpoints', { token })).status).toBe(200);
        const named = { headers: { 'postel-tenant': acme.tenant } };
        expect((await there.request('GET', '/v1/endpoints', named)).status).toBe(200);
        await here.request('DELETE', `/v1/tenants/${acme.tenant}/api-keys/${acme.keyId}`);
        expect((await there.request('GET', '/v1/endpoints', as)).status).toBe(401);
        expect((await there.request('GET', '/v1/deliveries', as)).status).toBe(401);
        await waitUntil(
          async () =>
            (await there.request('POST', '/v1/events', { ...as, body: orderOf('order.created') })).status ===
            401,
          { describe: 'events with a revoked key to be refused' },
        );
      });
    },
    patienceMs,
  );

  it(
    'lets a type into a strict catalogue at every door',
    async () => {
      const acme = await createTenant(fleet.api, 'everywhere-strict');
      await fleet.api.request('PATCH', '/v1/tenants/everywhere-strict', { body: { strictEventTypes: true } });
      const as = { token: acme.key };
      const statusOf = async (api: Api, type: string) =>
        (await api.request('POST', '/v1/events', { ...as, body: orderOf(type) })).status;
      await waitUntil(
        async () =>
          (await Promise.all(fleet.apis.map((api) => statusOf(api, newType())))).join() === '422,422',
        { describe: 'the tenant to be strict at both doors' },
      );
      await inTurn(async (here, there) => {
        const type = newType();
        expect(await statusOf(there, type)).toBe(422);
        const put = await here.request('PUT', `/v1/event-types/${type}`, { ...as, body: {} });
        expect(put.status).toBe(200);
        expect(await statusOf(there, type)).toBe(202);
      });
    },
    patienceMs,
  );

  it(
    'and one that another process answered at the same time are both made, or one is told',
    async () => {
      const statuses = new Set<number>();
      await inTurn(async (here, there, round) => {
        const { id } = await here.createEndpoint({ url: receiver.url, events: ['order.never'] });
        const answers = await Promise.all([
          here.request('PATCH', `/v1/endpoints/${id}`, { body: { description: `by one, ${round}` } }),
          there.request('PATCH', `/v1/endpoints/${id}`, { body: { metadata: { round: String(round) } } }),
          here.request('PATCH', `/v1/endpoints/${id}`, { body: { headers: { 'x-round': String(round) } } }),
          there.request('POST', `/v1/endpoints/${id}/pause`),
          there.request('POST', `/v1/endpoints/${id}/rotate-secret`, { body: {} }),
        ]);
        const isMade = (answer: ApiAnswer | undefined) => {
          statuses.add(answer?.status ?? 0);
          return answer?.status === 200;
        };
        const [description, metadata, headers, pause, rotation] = answers.map(isMade);
        const endpoint = await there.endpoint(id);
        expect(endpoint).toMatchObject({
          ...(description ? { description: `by one, ${round}` } : {}),
          ...(metadata ? { metadata: { round: String(round) } } : {}),
          ...(headers ? { headers: { 'x-round': '***' } } : {}),
          ...(pause ? { status: 'paused' } : {}),
        });
        if (!rotation) return;
        const secret = await here.request('GET', `/v1/endpoints/${id}/secret`);
        expect(secret.json).toEqual({ secret: (answers[4]?.json as { secret: string }).secret });
      });
      expect([...statuses].filter((status) => status !== 200 && status !== 409)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'takes a name once, whoever is asked for it at the same time',
    async () => {
      await inTurn(async (here, there, round) => {
        const body = { id: `everywhere-once-${round}` };
        const answers = await Promise.all(
          [here, there].map((api) => api.request('POST', '/v1/tenants', { body })),
        );
        expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      });
    },
    patienceMs,
  );
});
