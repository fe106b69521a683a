import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, waitUntil, Wire, type TestPostgres } from '@postel/testing';
import { isDatabaseUnavailable } from './connection/errors.js';
import { openDatabase, type Database } from './database.js';
import type { ProjectionLease } from './projection/projection-lease.js';

/** Beyond what a busy machine takes for a statement. */
const silentAfterMs = 3_000;

let server: TestPostgres;
let wire: Wire;
let cutOffUrl: string;
let cutOff: Database;
let beside: Database;
beforeAll(async () => {
  server = await startTestPostgres();
});
beforeEach(async () => {
  const url = new URL(await server.createDatabase());
  beside = await openDatabase({ url: url.href, poolSize: 2, applicationName: 'beside' });
  await beside.migrate();
  wire = await Wire.to(server.port);
  url.port = String(wire.port);
  cutOffUrl = url.href;
  cutOff = await openDatabase({ url: cutOffUrl, poolSize: 4, applicationName: 'cut-off', silentAfterMs });
});
afterEach(async () => {
  wire.close();
  await Promise.all([cutOff.close(), beside.close()]);
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

it('gives up what the network swallowed, whoever asked, and goes on when it is mended', async () => {
  const lease = await cutOff.projections.acquire('log');
  const entered = Promise.withResolvers<undefined>();
  const cut = Promise.withResolvers<undefined>();
  const inTransaction = cutOff.transaction(async (tx) => {
    entered.resolve(undefined);
    await cut.promise;
    await tx.query('SELECT 1');
  });
  await entered.promise;
  wire.cut();
  cut.resolve(undefined);
  const asked = [
    inTransaction,
    cutOff.ping(),
    cutOff.deliveries.find('default', 'dlv_1'),
    lease?.apply(1, async () => undefined),
  ].map(failureOf);
  expect(await Promise.all(asked)).toEqual(Array(asked.length).fill('unavailable'));
  await lease?.lost;
  await lease?.release();

  wire.mend();
  await waitUntil(() => cutOff.ping().then(() => true));
  const again = await waitUntil<ProjectionLease | null>(() => cutOff.projections.acquire('log'));
  expect(await again?.position()).toBe(0);
  await again?.release();
});

it('survives the end of a connection on which it is asked whether the server takes writes', async () => {
  expect(await cutOff.takesWrites()).toBe(true);
  wire.cut();
  const asked = failureOf(cutOff.takesWrites());
  await beside.ping(); // by then the question is sent
  wire.close();
  expect(await asked).toBe('unavailable');
});

it('waits for nobody who does not answer when it is to end', async () => {
  const patient = await openDatabase({ url: cutOffUrl, poolSize: 4, applicationName: 'patient' });
  const lease = await patient.projections.acquire('log');
  await patient.takesWrites();
  wire.cut();
  const asked = [patient.ping(), lease?.apply(1, async () => undefined)].map(failureOf);
  const sinceMs = performance.now();
  patient.abandon();
  expect(await Promise.all(asked)).toEqual(['unavailable', 'unavailable']);
  await lease?.release();
  await patient.close();
  expect(performance.now() - sinceMs).toBeLessThan(15_000);
});

it('leaves what it wrote to others when it is cut off, though it asks nothing', async () => {
  const held = await cutOff.projections.acquire('log');
  const standby = await beside.projections.acquire('another');
  expect(await cutOff.projections.acquire('another')).toBeNull();
  expect(await beside.projections.areAwaited(['another'])).toBe(true);
  wire.cut();
  const taken = await waitUntil<ProjectionLease | null>(() => beside.projections.acquire('log'), {
    timeoutMs: 30_000,
  });
  // nobody gives way for ever to one that is gone
  await waitUntil(async () => !(await beside.projections.areAwaited(['another'])), { timeoutMs: 30_000 });
  await held?.lost;
  await Promise.all([taken?.release(), standby?.release(), held?.release()]);
});

it('keeps what it writes though there is nothing to write', async () => {
  const held = await cutOff.projections.acquire('log');
  const untilMs = performance.now() + 2 * silentAfterMs;
  await waitUntil(async () => {
    expect(await beside.projections.acquire('log')).toBeNull();
    return performance.now() > untilMs;
  });
  await held?.apply(1, async () => undefined);
  await held?.release();
});

async function failureOf(work: Promise<unknown> | undefined): Promise<unknown> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isDatabaseUnavailable(error) ? 'unavailable' : error;
  }
}
