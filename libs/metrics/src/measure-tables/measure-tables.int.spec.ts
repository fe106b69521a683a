import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { projectionStreams, type LogFact, type ProjectionName } from '@postel/contracts';
import { connectBroker, ensureTopology, FactLog, type Broker } from '@postel/jetstream';
import { createLogger, createMeters } from '@postel/telemetry';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { MeasureTables, type MeasureTablesParts } from './measure-tables.js';

let nats: TestServer;
let broker: Broker;
let log: FactLog;
const positions = new Map<ProjectionName, number>();
beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  log = new FactLog(broker);
  positions.clear();
});
afterEach(async () => {
  await broker.close();
  await nats.stop();
});
afterAll(expectNoLeaks);

const about = { v: 1, tenant: 'default', eventId: 'evt_1', eventSeq: 1, type: 'order.created' } as const;
const times = { acceptedAtMs: 0, atMs: 0 };
/** Each in a message of LOG of its own. @returns when it was stored */
async function append(fact: 'event.unmatched' | 'event.erased'): Promise<number> {
  await log.append({ ...about, ...times, fact, actor: 'test' } as LogFact);
  const { state } = await broker.jsm.streams.info('LOG');
  const stored = await broker.jsm.direct.getMessage('LOG', { seq: state.last_seq });
  return stored?.time.getTime() ?? 0;
}

async function lags(nowMs: number): Promise<Readonly<Partial<Record<ProjectionName, number>>>> {
  const meters = createMeters({ processMetrics: false });
  const measure = new MeasureTables({
    broker,
    database: () => ({ projections: { positions: () => Promise.resolve(positions) } }),
    tables: { openCircuitIds: () => [], allEndpoints: () => [] },
    logger: createLogger('test', 'silent'),
    meters,
    nowMs: () => nowMs,
  } as unknown as MeasureTablesParts);
  const values = async () => (await meters.projectionLag.get()).values;
  measure.start();
  await waitUntil(async () => (await values()).length === Object.keys(projectionStreams).length);
  await measure.stop();
  return Object.fromEntries((await values()).map(({ labels, value }) => [labels['projection'], value]));
}

it('says 0 of a projection that has read all it reads, however far its stream goes on', async () => {
  const atMs = await append('event.erased');
  positions.set('event-erasures', 1).set('audit-log', 1).set('delivery-log', 1);
  for (let n = 0; n < 3; n++) await append('event.unmatched');
  expect(await lags(atMs + 600_000)).toMatchObject({ 'event-erasures': 0, 'audit-log': 0, alerts: 0 });
});

it('says how old the first fact is that a projection has not read', async () => {
  for (let n = 0; n < 2; n++) await append('event.unmatched');
  const firstAtMs = await append('event.erased');
  await append('event.erased');
  positions.set('event-erasures', 1).set('audit-log', 3).set('delivery-log', 4);
  const { alerts, ...behind } = await lags(firstAtMs + 600_000);
  expect(behind).toMatchObject({ 'event-erasures': 600, 'delivery-log': 0, archive: 0 });
  expect(behind['audit-log']).toBeLessThanOrEqual(600);
  expect(behind['audit-log']).toBeGreaterThan(0);
  expect(alerts).toBe(0);
});
