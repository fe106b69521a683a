import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  maxFirstWords,
  standardFirstWords,
  unchangedDefaultTenant,
  type FirstWordFact,
} from '@postel/contracts';
import type { Principal } from '@postel/http-api';
import {
  BatchingPublisher,
  connectBroker,
  ConfigTables,
  ConfigWriter,
  ensureTopology,
  type Broker,
} from '@postel/jetstream';
import { createMeters, type Meters } from '@postel/telemetry';
import { startTestNats, type TestServer } from '@postel/testing';
import type { IngestParts } from '../parts.js';
import { AcceptEvent, rejectionCodeOf } from './accept-event.js';
import { FirstWords } from './first-words.js';

const admin = { kind: 'admin', tenant: 'default', actor: 'admin' } as const;
const context = { principal: admin as Principal, traceparent: undefined };

let nats: TestServer;
let broker: Broker;
let tables: ConfigTables;
let writer: ConfigWriter;
let acceptEvent: AcceptEvent;
let meters: Meters;

beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  tables = new ConfigTables(broker);
  await tables.start();
  writer = new ConfigWriter(broker);
  const nowMs = () => 1;
  meters = createMeters({ processMetrics: false });
  acceptEvent = new AcceptEvent({
    ...{ broker, tables, writer, nowMs, maxEventBytes: 1_000, newId: () => 'evt_1', tracing: null },
    events: new BatchingPublisher(broker),
    firstWords: new FirstWords(broker, tables, writer, nowMs),
    meters,
  } as Partial<IngestParts> as IngestParts);
});
afterEach(async () => {
  await tables.stop();
  await broker.close();
  await nats.stop();
});

it('stores what comes together and has an ordering key in its order, though some types and first words are new', async () => {
  await accept('order.known');
  const types = ['meal.ordered', 'order.known', 'order.new', 'meal.served', 'order.known', 'drink.served'];
  const texts = [...types, ...types].map(
    (type, n) => `{"type":"${type}","orderingKey":"table_7","data":{"object":{"n":${n}}}}`,
  );
  await Promise.all(texts.map((text) => acceptEvent.acceptText(text, context)));
  const stored: unknown[] = [];
  for (let seq = 2; seq <= texts.length + 1; seq++) {
    const { data } = (await broker.jsm.streams.getMessage('EVENTS', { seq }))!.json<{
      data: { object: { n: number } };
    }>();
    stored.push(data.object.n);
  }
  expect(stored).toEqual(texts.map((_, n) => n));
});

it('counts an event once that its producer sends again', async () => {
  const text = '{"id":"evt_same","type":"order.known","data":{"object":{}}}';
  expect(await acceptEvent.acceptText(text, context)).toMatchObject({ duplicate: false });
  expect(await acceptEvent.acceptText(text, context)).toMatchObject({ duplicate: true });
  const { values } = await meters.eventsAccepted.get();
  expect(values).toEqual([{ labels: { door: 'http' }, value: 1 }]);
  expect((await broker.jsm.streams.info('EVENTS')).state.messages).toBe(1);
});

it('does not hold up an event for one of its ordering key before it that is refused', async () => {
  const refused = acceptEvent.acceptText(
    '{"type":"inbound.x","orderingKey":"k","data":{"object":{}}}',
    context,
  );
  const taken = acceptEvent.acceptText(
    '{"type":"order.new","orderingKey":"k","data":{"object":{}}}',
    context,
  );
  await expect(refused).rejects.toMatchObject({ refusal: { code: 'reserved_event_type' } });
  expect(await taken).toMatchObject({ duplicate: false });
});

const accept = (type: string) =>
  acceptEvent.accept(Buffer.from(`{"type":"${type}","data":{"object":{}}}`), context);

it('leaves the type of an event out of the catalogue that it refuses for its first word', async () => {
  let last = 0;
  for (let n = standardFirstWords.length; n < maxFirstWords; n++) {
    const fact: FirstWordFact = { v: 1, fact: 'first_word.added', atMs: 1, word: `word${n}` };
    const appended = await writer.append('first-word', '-', fact.word, fact, 0);
    if (appended.ok) last = appended.seq;
  }
  await tables.reached(last);
  await expect(accept('lunch.served')).rejects.toMatchObject({
    refusal: { code: 'too_many_event_families' },
  });
  expect(tables.table('event-type').of('default')).toEqual([]);
  expect(await accept('word199.first')).toMatchObject({ duplicate: false });
  expect(
    tables
      .table('event-type')
      .of('default')
      .map(({ state }) => state.name),
  ).toEqual(['word199.first']);
});

it('loses no first word that another process adds between its look at the stream and its update', async () => {
  const other = await connectBroker({ servers: [nats.url], name: 'other' });
  const otherTables = new ConfigTables(other);
  await otherTables.start();
  const { promise: looked, resolve: onLook } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
  const { streams } = broker.jsm;
  const update = streams.update.bind(streams);
  streams.update = async (...args) => {
    onLook();
    await goOn;
    return update(...args);
  };
  try {
    const added = new FirstWords(broker, tables, writer, () => 1).ensure('lunch', 'default');
    await looked;
    const others = new FirstWords(other, otherTables, new ConfigWriter(other), () => 1);
    await others.ensure('dinner', 'default');
    letGoOn();
    await added;
    // a producer on NATS has nobody who would add it again
    const { subjects } = (await streams.info('EVENTS')).config;
    expect(subjects).toEqual(expect.arrayContaining(['lunch.>', 'dinner.>']));
  } finally {
    await otherTables.stop();
    await other.close();
  }
});

it('adds a standard first word again that the stream has lost', async () => {
  await accept('order.known');
  const { config } = await broker.jsm.streams.info('EVENTS');
  const subjects = config.subjects.filter((subject) => subject !== 'order.>');
  await broker.jsm.streams.update('EVENTS', { ...config, subjects });
  expect(await accept('order.known')).toMatchObject({ duplicate: false });
});

it('keeps a first word for sources, however many others are used', async () => {
  const firstWords = new FirstWords(broker, tables, writer, () => 1);
  for (let n = standardFirstWords.length; !firstWords.isFull('lunch', admin); n++) {
    expect(n).toBeLessThan(maxFirstWords);
    const fact: FirstWordFact = { v: 1, fact: 'first_word.added', atMs: 1, word: `word${n}` };
    const appended = await writer.append('first-word', '-', fact.word, fact, 0);
    if (appended.ok) await tables.reached(appended.seq);
  }
  expect(firstWords.isFull('inbound', admin)).toBe(false);
  await firstWords.ensure('inbound', 'default');
  expect(tables.firstWords().size + standardFirstWords.length).toBe(maxFirstWords);
});

/** How many events of new first words a key of the tenant can publish, of so many at once. */
async function newWords(tenant: string, count: number): Promise<number> {
  const principal = { kind: 'api-key', tenant, actor: 'key:key_1', keyId: 'key_1' } as const;
  const texts = Array.from(
    { length: count },
    (_, n) => `{"type":"${tenant}${n}.first","data":{"object":{}}}`,
  );
  const publish = (text: string): Promise<boolean> =>
    acceptEvent.acceptText(text, { principal, traceparent: undefined }).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ refusal: { code: 'too_many_event_families' } });
        return false;
      },
    );
  const taken = (await Promise.all(texts.map(publish))).filter(Boolean).length;
  expect(tables.table('event-type').of(tenant)).toHaveLength(taken);
  return taken;
}
const places = maxFirstWords - standardFirstWords.length - 1;

it('leaves first words for others, whoever comes first', async () => {
  for (const id of ['acme', 'globex']) {
    const state = { ...unchangedDefaultTenant, id };
    const fact = { v: 1, fact: 'tenant.created', actor: 'admin', atMs: 1, state } as const;
    const appended = await writer.append('tenant', id, id, fact, 0);
    if (appended.ok) await tables.reached(appended.seq);
  }
  expect(await newWords('acme', 300)).toBe(places / 2);
  expect(await newWords('globex', 300)).toBe(places / 4);
  expect(await newWords('default', 1)).toBe(1);
  // the operator decides for all
  const firstWords = new FirstWords(broker, tables, writer, () => 1);
  expect(firstWords.isFull('lunch', { kind: 'api-key', tenant: 'acme' })).toBe(true);
  expect(firstWords.isFull('lunch', { kind: 'admin', tenant: 'acme' })).toBe(false);
});

it('leaves a tenant that is alone all first words, and takes no more at once than there are', async () => {
  expect(await newWords('default', 300)).toBe(places);
});

it('says of a stream that is gone that the broker cannot take it now', async () => {
  await accept('order.known');
  await broker.jsm.streams.delete('EVENTS');
  const codes: unknown[] = [];
  for (let n = 0; n < 2; n++) codes.push(await accept('order.known').catch(rejectionCodeOf));
  expect(codes).toEqual(['broker_unavailable', 'broker_unavailable']);
});
