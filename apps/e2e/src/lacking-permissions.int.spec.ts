import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';

const user = '{user: u, password: p, permissions: {publish: {deny: ["postel.log.>"]}}}';
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({
    nats: { configExtra: `authorization {users: [${user}]}\nno_auth_user: u` },
  });
}, fleetPatienceMs);
afterAll(() => fleet?.stop(), fleetPatienceMs);

it(
  'is not ready without a permission that it needs, and names the subject',
  async () => {
    const readiness = async (name: 'ingest' | 'dispatcher') => {
      const answer = await fetch(`${fleet.operationsUrl(name)}/readyz`);
      return { ...((await answer.json()) as object), status: answer.status };
    };
    await fleet.api.publish({ type: 'order.created', data: { object: {} } });
    await waitUntil(async () => (await readiness('dispatcher')).status === 503, { timeoutMs: 60_000 });
    expect(await readiness('dispatcher')).toMatchObject({
      parts: { nats: 'down', 'permission to publish postel.log.>': 'down' },
    });
    expect(await readiness('ingest')).toMatchObject({ status: 200 });
  },
  fleetPatienceMs,
);
