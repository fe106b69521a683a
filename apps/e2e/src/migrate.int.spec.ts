import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { startChild } from './harness/child-process.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { stopChild } from './harness/stop-child.js';
import { runSql } from './harness/tables.js';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
}, fleetPatienceMs);
afterAll(async () => {
  await fleet?.stop();
}, fleetPatienceMs);

async function migrate(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = await startChild({
    name: 'migrate',
    app: 'metrics',
    program: 'migrate',
    args,
    env: { DATABASE_URL: fleet.postgres.url },
  });
  const { code } = await child.exited;
  return { code, output: child.output() };
}

const readiness = async () => {
  const answer = await fetch(`${fleet.operationsUrl('deliverer')}/readyz`);
  return { status: answer.status, body: await answer.text() };
};

it('brings a schema back and forth, and a service that may not do it itself waits for it and delivers meanwhile', async () => {
  expect(await migrate('status')).toEqual({
    code: 0,
    output: expect.stringMatching(/^applied {2}TablesByDay\d+\n[^]*The schema is that of this version\.\n$/),
  });
  expect((await migrate('sideways')).code).toBe(2);
  expect(await migrate('down', '--to', 'Nothing')).toEqual({
    code: 2,
    output: expect.stringContaining('There is no migration Nothing'),
  });

  const services = ['deliverer', 'dead-letter', 'metrics'] as const;
  await Promise.all(services.map((name) => stopChild(fleet.service(name))));
  expect(await migrate('down')).toEqual({ code: 0, output: expect.stringContaining('Done: 1 migration.') });
  expect(await migrate('status')).toEqual({
    code: 1,
    output: expect.stringMatching(/pending .*\nNot usable: the schema is behind/),
  });

  const receiver = await fleet.receiver();
  await fleet.api.createEndpoint({ url: receiver.url, events: ['order.migrated'] });
  const begun = fleet.restart('deliverer', 0, { POSTEL_MIGRATE: 'false' });
  await waitUntil(async () => (await readiness()).body.includes('"database":"down"'), {
    timeoutMs: 30_000,
    describe: 'the deliverer to be up, and not ready',
  });
  await fleet.api.publish({ type: 'order.migrated', data: { object: {} } });
  await receiver.waitFor(1, 30_000);
  await waitUntil(() => fleet.service('deliverer').output().includes('the schema is behind this version'));

  // two Jobs at once
  const both = await Promise.all([migrate('up'), migrate('up')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(both.map(({ output }) => output.split('\n').at(-2)).sort()).toEqual([
    'Done: 1 migration.',
    'Nothing to do.',
  ]);
  await begun;
  expect((await readiness()).status).toBe(200);
  const lines = fleet.service('deliverer').output().split('\n');
  expect(lines.filter((line) => line.includes('the schema is behind'))).toHaveLength(1);
}, 240_000);

it('goes on where the schema is ahead, and waits where it was contracted', async () => {
  await runSql(
    fleet.postgres.url,
    `INSERT INTO postel_migrations (timestamp, name) VALUES (1999999999998, 'MoreColumns1999999999998')`,
  );
  await fleet.restart('metrics');
  await waitUntil(() =>
    fleet.service('metrics').output().includes('the schema is ahead of this version, which goes on'),
  );

  await runSql(
    fleet.postgres.url,
    `INSERT INTO postel_migrations (timestamp, name) VALUES (1999999999999, 'ContractColumns1999999999999')`,
  );
  expect(await migrate('up')).toEqual({
    code: 1,
    output: expect.stringMatching(/^migrate: the schema is ahead of this version, which cannot work with it/),
  });
  const begun = fleet.restart('dead-letter');
  await waitUntil(
    () => fleet.service('dead-letter').output().includes('since ContractColumns1999999999999'),
    {
      timeoutMs: 30_000,
    },
  );
  await runSql(fleet.postgres.url, `DELETE FROM postel_migrations WHERE name LIKE 'Contract%'`);
  await begun;
}, 240_000);
