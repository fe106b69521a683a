import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { InvalidCursor } from '../connection/errors.js';
import { openTestDatabase, type TestDatabase } from '../test-database.js';
import type { NewAuditEntry } from './audit-log.js';

let server: TestPostgres;
let test: TestDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
  test = await openTestDatabase(server);
});
afterAll(async () => {
  await test.db.close();
  await server.stop();
  await expectNoLeaks();
});

const entry = (id: string, atMs: number, changes: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  id,
  tenant: 'default',
  action: 'endpoint.paused',
  actor: 'admin',
  atMs,
  endpointId: 'ep_1',
  subject: 'ep_1',
  count: 1,
  ...changes,
});
const apply = (...entries: NewAuditEntry[]) => test.db.transaction((tx) => test.db.audit.apply(tx, entries));
const ids = async (filter: object = {}) =>
  (await test.db.audit.list('default', { limit: 50, ...filter })).items.map(({ id }) => id);

it('shows the newest first, in the order of time whatever order they came in, page by page', async () => {
  await apply(
    entry('c', 30),
    entry('a', 10),
    entry('b', 20),
    entry('b2', 20),
    entry('x', 5, { tenant: 'other' }),
  );
  expect(await ids()).toEqual(['c', 'b2', 'b', 'a']);
  const { nextCursor } = await test.db.audit.list('default', { limit: 2 });
  await apply(entry('d', 40), entry('late', 15));
  expect(await ids({ cursor: nextCursor })).toEqual(['b', 'late', 'a']);
  await expect(ids({ cursor: 'bDEuMg' })).rejects.toBeInstanceOf(InvalidCursor);
  // of a time that there is not: somebody made it up
  const early = Buffer.from(`a${-Number.MAX_SAFE_INTEGER}.1`).toString('base64url');
  expect(await ids({ cursor: early })).toEqual([]);
  expect(await ids({ sinceMs: 15, untilMs: 30 })).toEqual(['b2', 'b', 'late']);
});

it('filters by what was done, by whom and to which endpoint', async () => {
  await apply(entry('k', 50, { actor: 'key:1', action: 'endpoint.deleted', endpointId: 'ep_2' }));
  expect(await ids({ actor: 'key:1' })).toEqual(['k']);
  expect(await ids({ action: 'endpoint.deleted' })).toEqual(['k']);
  expect(await ids({ endpointId: 'ep_2', actor: 'admin' })).toEqual([]);
});

it('tells what one request did to many as one entry, over several batches too', async () => {
  const part = entry('many', 60, { action: 'delivery.redriven', subject: 'dlv_1' });
  await apply(part, part, part);
  await apply(part);
  const { items } = await test.db.audit.list('default', { limit: 1 });
  expect(items).toMatchObject([{ id: 'many', count: 4, subject: null }]);
});

it('is kept until it is forgotten by its own time', async () => {
  const days = { rowDays: 7, payloadDays: 7, attemptDays: 7 };
  const keep = (day: number) => test.db.retention.keep({ fleet: days, tenants: new Map() }, day * 86_400_000);
  expect(await keep(400)).toMatchObject({ auditEntries: 0 });
  expect(await keep(401)).toMatchObject({ auditEntries: 9 });
  expect(await ids()).toEqual([]);
});
