import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import type { ConservationChanges } from '../conservation/conservation-rows.js';
import { applyFacts, openTestDatabase, positioned, rowsOf, type TestDatabase } from '../test-database.js';
import {
  archived,
  deferred,
  died,
  erased,
  fannedOut,
  invalidEvent,
  reopened,
  succeeded,
} from '../test-facts.js';

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

/** Of everything something; the numbers keep tenants apart. */
async function fill(tenant: string, first: number): Promise<void> {
  const endpointId = `ep_${tenant}`;
  const ordering = { key: 'k', sequence: 1 };
  const facts: LogFact[] = [
    fannedOut(first, [endpointId]),
    succeeded(first, { endpointId }),
    fannedOut(first + 1, [endpointId]),
    deferred(first + 1, { endpointId }),
    fannedOut(first + 2, [endpointId]),
    died(first + 2, { endpointId }),
    fannedOut(first + 3, [endpointId]),
    deferred(first + 3, { endpointId, ordering, reason: 'ordering' }),
    invalidEvent(first + 4),
    reopened(first + 5, { endpointId, ordering: { key: 'other', sequence: 1 } }),
  ];
  const theirs = facts.map((fact) => ({ ...fact, tenant }));
  await applyFacts(test.db, positioned(theirs, first * 100));
  await test.db.transaction((tx) => test.db.waiting.numberHeld(tx, first + 10));
  const alert = { endpointId, tenant, state: {}, failing: true, lastAtMs: 1_000 };
  await test.db.transaction((tx) =>
    test.db.alerts.save(tx, [alert], [{ endpointId, tenant, effect: { kind: 'failing' } }]),
  );
  await test.db.transaction((tx) =>
    test.db.events.store(tx, [archived(first, { tenant }), archived(first + 1, { tenant })]),
  );
  await test.db.transaction(async (tx) => {
    await test.db.erasedEvents.record(tx, [erased(first, { tenant })]);
    const about = { tenant, atMs: 1, endpointId, subject: null, count: 1 };
    await test.db.audit.apply(tx, [
      { id: `aud_${tenant}`, action: 'endpoint.paused', actor: 'admin', ...about },
    ]);
    await test.db.conservation.write(tx, counted(tenant, first));
    await tx.query(`INSERT INTO forgotten_days VALUES ($1, 'payloads', '2026-11-01')`, [tenant]);
    await tx.query(`INSERT INTO unprojected VALUES ('archive', $2, $1, 'why')`, [tenant, first]);
  });
}

/** What the count by the log knows of a tenant. */
function counted(tenant: string, first: number): ConservationChanges {
  const delivery = { deliveryId: `dlv_${first}`, tenant, eventSeq: first, logSeq: 1, endedAtMs: null };
  const progress = { status: 'pending', hop: 0, attempts: 0, attemptsBeforeReopen: 0 } as const;
  return {
    sinceMs: 0,
    eventsRead: first,
    logRead: first,
    events: { base: first, toldBits: new Uint8Array() },
    figures: new Map(),
    awaiting: new Map([[tenant, 1]]),
    kept: [{ ...delivery, ...progress }],
    gone: [],
    lost: [{ seq: first, tenant, eventId: null, type: 'order.created' }],
    found: [],
    atMs: 0,
  };
}

/** Rows of each table, partitioned ones once, by whether they are the tenant's. */
async function rowsByTable(column: 'tenant' | 'endpoint_id', value: string): Promise<Record<string, number>> {
  return test.db.transaction(async (tx) => {
    const { rows: tables } = await tx.query<{ name: string }>(
      `SELECT c.table_name AS name FROM information_schema.columns AS c JOIN pg_class AS p ON p.relname = c.table_name
        WHERE c.table_schema = 'public' AND c.column_name = $1 AND NOT p.relispartition ORDER BY 1`,
      [column],
    );
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      const { rows } = await tx.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM ${name} WHERE ${column} = $1`,
        [value],
      );
      counts[name] = rows[0]?.count ?? NaN;
    }
    return counts;
  });
}

it('erases every row of a tenant in every table that the schema has, and none of another', async () => {
  await fill('acme', 1);
  await fill('other', 1_001);
  const before = await rowsByTable('tenant', 'acme');
  const others = [await rowsByTable('tenant', 'other'), await rowsByTable('endpoint_id', 'ep_other')];
  const { jobs, ...full } = before;
  expect(jobs).toBe(0);
  // a table that is new must be erased too: fill it here, and erase it there
  expect(Object.entries(full).filter(([, count]) => count === 0)).toEqual([]);
  expect(await rowsByTable('endpoint_id', 'ep_acme')).toMatchObject({ ordering_keys: 2 });
  expect(await test.db.tenantRows.count('acme')).toBeGreaterThan(5);

  let erased = 0;
  for (let more = -1; more !== 0; erased += more) more = await test.db.tenantRows.eraseSome('acme');
  expect(erased).toBeGreaterThan(8);
  for (const [column, value] of [
    ['tenant', 'acme'],
    ['endpoint_id', 'ep_acme'],
  ] as const) {
    const left = await rowsByTable(column, value);
    expect(Object.entries(left).filter(([, count]) => count > 0)).toEqual([]);
  }
  expect(await test.db.tenantRows.count('acme')).toBe(0);
  expect([await rowsByTable('tenant', 'other'), await rowsByTable('endpoint_id', 'ep_other')]).toEqual(
    others,
  );
});

it('erases attempts of deliveries that are gone', async () => {
  await fill('acme', 1);
  await test.db.transaction((tx) => tx.query('DELETE FROM deliveries'));
  expect(await test.db.tenantRows.eraseStrays('acme')).toBeGreaterThan(0);
  expect(await rowsOf(test.db, 'attempts', 'id')).toEqual([]);
});
