import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet } from './harness/fleet.js';

const patienceMs = 180_000;
let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet();
}, fleetPatienceMs);
afterAll(async () => {
  await fleet?.stop();
}, fleetPatienceMs);

it(
  'stops in order and within 25 s while nats-server hangs, and what was in work is delivered then',
  async () => {
    const type = 'order.hanging';
    const receiver = await fleet.receiver(() => ({ status: 200, delayMs: 300 }));
    await fleet.api.createEndpoint({ url: receiver.url, events: [type] });
    const events = Array.from({ length: 60 }, (_, n) => ({ type, data: { object: { n } } }));
    const ids = (await fleet.api.publishBatch(events)).accepted.map(({ id }) => id);
    await waitUntil(() => receiver.requests.length >= 5);
    fleet.nats.signal('SIGSTOP');
    const exits = serviceNames.map(async (name) => {
      const startedMs = Date.now();
      fleet.service(name).signal('SIGTERM');
      const { code } = await fleet.service(name).exited;
      const tookMs = Date.now() - startedMs;
      return { name, code, took: tookMs < 25_000 ? 'less than 25 s' : `${tookMs} ms` };
    });
    const ended = await Promise.all(exits).finally(() => fleet.nats.signal('SIGCONT'));
    expect(ended).toEqual(serviceNames.map((name) => ({ name, code: 0, took: 'less than 25 s' })));
    await Promise.all(serviceNames.map((name) => fleet.restart(name)));
    await waitUntil(
      async () => {
        const rows = await fleet.api.all((query) => fleet.api.deliveries(query), `type=${type}`);
        return rows.length === ids.length && rows.every(({ status }) => status === 'succeeded');
      },
      { timeoutMs: 60_000, describe: 'all deliveries to have succeeded' },
    );
  },
  patienceMs,
);
