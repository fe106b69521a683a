import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { openDatabase } from '../database.js';
import { applyFacts, positioned, rowsOf } from '../test-database.js';
import * as f from '../test-facts.js';
import { migrateDown, migrateUp } from './migrate.js';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

it('adds up what there is of all tenants, also what was counted while it was taken back', async () => {
  const options = { url: await server.createDatabase(), poolSize: 2, applicationName: 'test' };
  const db = await openDatabase({ ...options, nowMs: () => f.startMs });
  await db.migrate();
  const of = (tenant: string, n: number) => {
    const attempt = { ...f.failure(1, 500 + (n % 3)), durationMs: 3 ** (n % 7), outcome: 'dead' as const };
    const facts = [f.fannedOut(n), n % 2 === 0 ? f.succeeded(n) : { ...f.died(n), attempt }];
    return facts.map((fact) => ({ ...fact, tenant }));
  };
  await applyFacts(db, positioned([1, 2, 3, 4, 5].flatMap((n) => of(`tenant_${n % 3}`, n))));
  await migrateDown(options, 'WaitingTrace1764480000031');
  await db.transaction((tx) => tx.query(`UPDATE stats_hours SET created = 99 WHERE tenant = ''`));
  await migrateUp(options);
  await applyFacts(
    db,
    positioned(
      [6, 7].flatMap((n) => of(`tenant_${n % 3}`, n)),
      10,
    ),
  );
  const ofFleet = async (table: string) =>
    (await rowsOf(db, table, 'start_at')).filter((row) => (row as { tenant: string }).tenant === '');
  const kept = { minutes: await ofFleet('stats_minutes'), hours: await ofFleet('stats_hours') };
  expect(kept.hours).toMatchObject([{ created: 7, succeeded: 3, failed: 4, attempts: 7 }]);
  expect(kept.minutes).toMatchObject([{ created: 7 }]);
  await db.recount();
  expect(await ofFleet('stats_hours')).toEqual(kept.hours);
  await db.close();
}, 30_000);
