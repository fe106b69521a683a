import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectBroker, type Broker } from '@postel/jetstream';
import { waitUntil } from '@postel/testing';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet } from './harness/fleet.js';

const patienceMs = 180_000;
let fleet: Fleet;
let broker: Broker;

beforeAll(async () => {
  fleet = await startFleet();
  broker = await connectBroker({ servers: [fleet.nats.url], name: 'test' });
}, fleetPatienceMs);
afterAll(async () => {
  await broker?.close();
  await fleet?.stop();
}, fleetPatienceMs);

async function subscribed(type: string) {
  const receiver = await fleet.receiver();
  await fleet.api.createEndpoint({ url: receiver.url, events: [type] });
  /** Publishes so many; resolves when each has come. */
  const deliver = async (count: number) => {
    const before = receiver.requests.length;
    const published: string[] = [];
    for (let n = 0; n < count; n++) {
      const accepted = await eventually(async () => {
        const answer = await fleet.api.request('POST', '/v1/events', {
          body: { type, data: { object: {} } },
        });
        return answer.status === 202 ? (answer.json as { id: string }) : null;
      }, 'an event to be accepted');
      published.push(accepted.id);
    }
    const came = () => receiver.requests.slice(before).map(eventIdOf).sort();
    await waitUntil(() => came().length >= count, { timeoutMs: 60_000, describe: 'the events to arrive' });
    expect(came()).toEqual(published.sort());
    return published;
  };
  return { deliver };
}

/** Both equations hold, and say so of so many events with one delivery each. */
async function untilCounted(count: number): Promise<void> {
  let last: unknown;
  await waitUntil(
    async () => {
      last = (await fleet.api.request('GET', '/v1/conservation')).json;
      expect(last).toMatchObject({
        events: { accepted: count, fannedOut: count, difference: 0 },
        deliveries: { created: count, succeeded: count, difference: 0 },
      });
      return true;
    },
    { timeoutMs: 60_000, describe: 'both equations to hold' },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
  });
}

async function readiness() {
  return Promise.all(
    serviceNames.map(async (name) => {
      const answer = await fetch(`${fleet.operationsUrl(name)}/readyz`);
      const { parts } = (await answer.json()) as { parts: Record<string, string> };
      return { name, status: answer.status, parts };
    }),
  );
}

it(
  'makes lost streams again by itself, and delivers, shows and counts what comes then',
  async () => {
    const type = 'parcel.lost';
    const { deliver } = await subscribed(type);
    const ids = await deliver(20);
    const shown = async () => {
      const rows = await fleet.api.all((query) => fleet.api.deliveries(query), `type=${type}`);
      return rows.filter(({ status }) => status === 'succeeded').map(({ eventId }) => eventId);
    };
    await waitUntil(async () => (await shown()).length === ids.length, { timeoutMs: 30_000 });
    await untilCounted(ids.length);
    for (const name of ['EVENTS', 'LOG', 'DELIVERIES', 'IDEMPOTENCY']) await broker.jsm.streams.delete(name);
    ids.push(...(await deliver(20)));
    await waitUntil(async () => (await shown()).length === ids.length, { timeoutMs: 60_000 });
    expect((await shown()).sort()).toEqual([...ids].sort());
    await untilCounted(ids.length);
    await waitUntil(async () => (await readiness()).every(({ status }) => status === 200));
  },
  patienceMs,
);

it(
  'makes nothing again without CONFIG, says which stream is missing, and starts anew when there is another',
  async () => {
    const { config } = await broker.jsm.streams.info('CONFIG');
    await broker.jsm.streams.delete('CONFIG');
    await waitUntil(async () =>
      (await readiness()).every(
        ({ parts, status }) =>
          status === 503 && parts['nats'] === 'down' && parts['stream CONFIG'] === 'down',
      ),
    );
    // what is accepted meanwhile waits for its endpoints
    const event = { type: 'parcel.lost', data: { object: {} } };
    expect((await fleet.api.request('POST', '/v1/events', { body: event })).status).toBe(202);
    for (const name of serviceNames) {
      expect({ name, alive: fleet.service(name).isAlive() }).toEqual({ name, alive: true });
      expect((await fetch(`${fleet.operationsUrl(name)}/healthz`)).status).toBe(200);
    }
    await broker.jsm.streams.add(config);
    for (const name of serviceNames)
      expect({ name, ...(await fleet.service(name).exited) }).toEqual({ name, code: 1, signal: null });
    await Promise.all(serviceNames.map((name) => fleet.restart(name)));
    await (await subscribed('parcel.anew')).deliver(3);
  },
  patienceMs,
);
