import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { openTestDatabase, type TestDatabase } from '../test-database.js';
import type { EndpointAlert } from './alert-store.js';

let server: TestPostgres;
let test: TestDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
});
beforeEach(async () => {
  test = await openTestDatabase(server);
});
afterEach(async () => {
  await test.db.close();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

function alert(endpointId: string, changes: Partial<EndpointAlert> = {}): EndpointAlert {
  return {
    endpointId,
    tenant: 'acme',
    state: { v: 1, deaths: [] },
    failing: false,
    lastAtMs: 1_000,
    ...changes,
  };
}

const inTransaction: TestDatabase['db']['transaction'] = (work) => test.db.transaction(work);

it('keeps one state an endpoint, the last', async () => {
  const { alerts } = test.db;
  const next = alert('ep_1', { state: { v: 1, "it's": 'a "quote"' }, failing: true, lastAtMs: 2_000 });
  await inTransaction((tx) => alerts.save(tx, [alert('ep_1'), alert('ep_2')], []));
  await inTransaction((tx) => alerts.save(tx, [next], []));
  expect(await inTransaction((tx) => alerts.load(tx, ['ep_1', 'ep_3']))).toEqual([next]);
  expect(await inTransaction((tx) => alerts.countFailing(tx))).toBe(1);
  await inTransaction((tx) => alerts.remove(tx, ['ep_1']));
  expect(await inTransaction((tx) => alerts.load(tx, ['ep_1', 'ep_2']))).toEqual([alert('ep_2')]);
});

it('lists those that fail page by page, and forgets the others after a while', async () => {
  const { alerts } = test.db;
  const failing = ['ep_1', 'ep_2', 'ep_3'].map((id) => alert(id, { failing: true }));
  await inTransaction((tx) =>
    alerts.save(tx, [...failing, alert('ep_old'), alert('ep_new', { lastAtMs: 9_000 })], []),
  );
  expect(await inTransaction((tx) => alerts.loadFailing(tx, '', 2))).toEqual(failing.slice(0, 2));
  expect(await inTransaction((tx) => alerts.loadFailing(tx, 'ep_2', 2))).toEqual(failing.slice(2));
  expect(await inTransaction((tx) => alerts.forgetQuiet(tx, 5_000, 10))).toBe(1);
  const left = await inTransaction((tx) => alerts.load(tx, ['ep_1', 'ep_old', 'ep_new']));
  expect(left.map(({ endpointId }) => endpointId).sort()).toEqual(['ep_1', 'ep_new']);
});

it('keeps effects in their order until they are removed, and gives out none that is too fresh', async () => {
  const { alerts } = test.db;
  const effects = [1, 2, 3].map((n) => ({ endpointId: `ep_${n}`, tenant: 'acme', effect: { kind: 'x', n } }));
  await inTransaction((tx) => alerts.save(tx, [], effects));
  expect(await inTransaction((tx) => alerts.pendingEffects(tx, 3_600_000, 10))).toEqual([]);
  const pending = await inTransaction((tx) => alerts.pendingEffects(tx, 0, 2));
  expect(pending).toMatchObject(effects.slice(0, 2));
  await inTransaction((tx) =>
    alerts.removeEffects(
      tx,
      pending.map(({ id }) => id),
    ),
  );
  expect(await inTransaction((tx) => alerts.pendingEffects(tx, 0, 10))).toMatchObject(effects.slice(2));
});
