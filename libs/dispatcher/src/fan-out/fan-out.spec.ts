import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  decodeDelivery,
  decodeDeliveryPack,
  isDeliveryPack,
  natsHeaders,
  unpackedDelivery,
  type EndpointState,
  type LogFact,
} from '@postel/contracts';
import { ack, PublishError, waitHere, type IncomingMessage, type OutgoingMessage } from '@postel/jetstream';
import { createLogger, createMeters, type SpanEnd, type SpanStart } from '@postel/telemetry';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FanOut, type FanOutParts } from './fan-out.js';

const acceptedAtMs = 1_700_000_000_000;
const full = () => Promise.reject(new PublishError('full', 'maximum bytes exceeded'));
const endpoint = {
  id: 'ep_1',
  tenant: 'default',
  url: 'https://example.com/',
  apiVersion: '2024-01-01',
  status: 'active',
} as EndpointState;

/** For what is handed out again. */
const emptyLog = {
  jsm: {
    consumers: {
      add: () => Promise.resolve({ name: 'reader', num_pending: 0 }),
      delete: () => Promise.resolve(true),
    },
    streams: { getMessage: () => Promise.resolve(null) },
  },
  js: { consumers: { get: () => Promise.resolve({}) } },
};

/** … and what it has. */
function logWith(facts: readonly LogFact[]): object {
  const { jsm } = emptyLog;
  const add = () => Promise.resolve({ name: 'reader', num_pending: facts.length });
  const read = facts.map((fact, n) => ({ seq: n + 1, data: Buffer.from(JSON.stringify([fact])) }));
  const last = { seq: facts.length, data: new Uint8Array(), time: new Date(acceptedAtMs) };
  return {
    jsm: {
      streams: { getMessage: () => Promise.resolve(last) },
      consumers: { ...jsm.consumers, add },
    },
    js: { consumers: { get: () => Promise.resolve({ fetch: () => Promise.resolve(read) }) } },
  };
}

function fanOut(
  facts: LogFact[],
  published: OutgoingMessage[],
  catchUp: () => Promise<void> = () => Promise.resolve(),
  parts: Partial<
    Record<
      'broker' | 'log' | 'deliveries' | 'tracing' | 'meters' | 'logger' | 'tables' | 'subscriptions',
      object
    >
  > = {},
): FanOut {
  const entry = { state: endpoint, revision: 1 };
  return new FanOut({
    // connected long before the events were stored: nothing is to be looked up for the first hand-out
    broker: emptyLog,
    handOuts: { sinceMs: () => 1 },
    tables: { sequence: 1, catchUp, endpoint: () => entry, circuitOf: () => null },
    subscriptions: { match: () => [entry] },
    catalogue: { faultOf: () => null, versionOf: () => '2024-01-01' },
    log: { append: (...more: LogFact[]) => Promise.resolve(void facts.push(...more)) },
    deliveries: {
      publish: (sent: OutgoingMessage) => Promise.resolve(void published.push(...singly(sent))),
    },
    partitions: 8,
    maxEventBytes: 1_000,
    tenantExists: () => true,
    failpoints: { hit: () => Promise.resolve() },
    logger: createLogger('test', 'silent'),
    meters: createMeters(),
    tracing: null,
    nowMs: () => acceptedAtMs + 500,
    ...parts,
  } as unknown as FanOutParts);
}

/** What is in a message of DELIVERIES. */
function singly(sent: OutgoingMessage): readonly OutgoingMessage[] {
  if (!isDeliveryPack(sent.subject)) return [sent];
  return (decodeDeliveryPack(sent.payload) ?? []).map(
    (payload) => unpackedDelivery(payload, sent.subject) as OutgoingMessage,
  );
}

function message(seq: number, deliveryCount: number, payload?: () => Uint8Array): IncomingMessage {
  const body = Buffer.from(`{"data":{"object":{"id":"ord_${seq}"}}}`);
  return {
    subject: 'order.created',
    seq,
    storedAtMs: acceptedAtMs,
    deliveryCount,
    isAgain: deliveryCount > 1,
    behind: 0,
    header: (name) => (name === 'Postel-Config-Sequence' ? '1' : undefined),
    headers: () => ({}),
    get payload() {
      return payload ? payload() : body;
    },
  };
}

const ordered: Readonly<Record<string, string>> = {
  [natsHeaders.configSequence]: '1',
  [natsHeaders.orderingKey]: 'customer-1',
};
const broken = (): never => {
  throw new Error('a fault of ours');
};

it('holds an ordered delivery of which the log has the fan-out and not yet the wait', async () => {
  const facts: LogFact[] = [];
  const published: OutgoingMessage[] = [];
  const keyed = { ...endpoint, ordering: 'key' } as EndpointState;
  const tables = {
    ...{ sequence: 1, catchUp: () => Promise.resolve(), circuitOf: () => null },
    endpoint: () => ({ state: keyed, revision: 1 }),
  };
  const subscriptions = { match: () => [{ state: keyed, revision: 1 }] };
  const first = fanOut(facts, published, undefined, { tables, subscriptions });
  const event = {
    ...message(7, 1),
    header: (name: string) => ordered[name],
    headers: () => ordered,
  };
  await Promise.all(await first.handle([event]));
  expect(facts).toMatchObject([
    { fact: 'event.fanned_out' },
    { fact: 'delivery.deferred', reason: 'ordering', ordering: { key: 'customer-1' } },
  ]);
  const broker = logWith(facts.slice(0, 1));
  const again: LogFact[] = [];
  const second = fanOut(again, published, undefined, { tables, subscriptions, broker });
  await Promise.all(await second.handle([{ ...event, deliveryCount: 2, isAgain: true }]));
  expect(again).toEqual(facts.slice(1));
  expect(published).toEqual([]);
});

it('hands out the deliveries that the log has, though by now nobody wants the event', async () => {
  const [facts, first]: [LogFact[], OutgoingMessage[]] = [[], []];
  await Promise.all(await fanOut(facts, first).handle([message(7, 1)]));
  // its dispatcher died between the two, and then the endpoint's filters were changed
  const [again, published]: [LogFact[], OutgoingMessage[]] = [[], []];
  const parts = { subscriptions: { match: () => [] }, broker: logWith(facts) };
  const second = fanOut(again, published, undefined, parts);
  await Promise.all(await second.handle([{ ...message(7, 2), isAgain: true }]));
  expect(again).toEqual([]);
  expect(published.map(({ messageId }) => messageId)).toEqual(first.map(({ messageId }) => messageId));
  expect(published).toHaveLength(1);
});

it('fails with the event that it cannot fan out, and with no other', async () => {
  const [facts, published]: [LogFact[], OutgoingMessage[]] = [[], []];
  const outcomes = await fanOut(facts, published).handle([
    message(1, 1),
    message(2, 20, broken),
    message(3, 20),
  ]);
  const results = await Promise.allSettled(outcomes);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(facts.map(({ fact, eventSeq }) => [fact, eventSeq])).toEqual([
    ['event.fanned_out', 1],
    ['event.fanned_out', 3],
  ]);
  expect(published).toHaveLength(2);
});

it('ends an event that has failed 20 times as an invalid one, unread, and takes no notice of the others', async () => {
  const [facts, published]: [LogFact[], OutgoingMessage[]] = [[], []];
  const outcomes = await fanOut(facts, published).handle([message(7, 21, broken), message(8, 1)]);
  expect(await Promise.all(outcomes)).toEqual([ack(), ack()]);
  expect(facts).toMatchObject([
    {
      fact: 'event.invalid',
      tenant: 'default',
      eventId: expect.stringMatching(/^evt_/),
      eventSeq: 7,
      type: 'order.created',
      acceptedAtMs,
      code: 'internal_error',
      message: 'It could not be fanned out, 20 times',
    },
    { fact: 'event.fanned_out', eventSeq: 8 },
  ]);
  expect(published).toHaveLength(1);
});

it('counts what it has cut off once that is stored, and not before', async () => {
  const meters = createMeters({ processMetrics: false });
  const counted = async () => {
    const values = [
      ...(await meters.deadLetters.get()).values,
      ...(await meters.eventsRejected.get()).values,
    ];
    return values.filter(({ value }) => value > 0).map(({ labels, value }) => ({ ...labels, value }));
  };
  const cutOff = async (log: object) =>
    Promise.all(await fanOut([], [], undefined, { meters, ...log }).handle([message(7, 21, broken)]));
  await cutOff({ log: { append: full } });
  expect(await counted()).toEqual([]);
  await cutOff({});
  expect(await counted()).toEqual([
    { reason: 'invalid_event', value: 1 },
    { door: 'http', code: 'internal_error', value: 1 },
  ]);
});

it.each<[string, Partial<EndpointState>, readonly (readonly string[])[]]>([
  // without it the deliverer gets the delivery, and finds out
  [
    'by itself that an endpoint is paused',
    { status: 'paused' },
    [['event.fanned_out'], ['delivery.deferred']],
  ],
  // without it the delivery would pass those before it
  [
    'with its fan-out that a delivery waits for its turn',
    { ordering: 'key' },
    [['event.fanned_out', 'delivery.deferred']],
  ],
])('stores %s', async (_what, change, expected) => {
  const published: OutgoingMessage[] = [];
  const appended: string[][] = [];
  const entry = { state: { ...endpoint, ...change }, revision: 1 };
  const append = (...facts: LogFact[]) => Promise.resolve(void appended.push(facts.map(({ fact }) => fact)));
  const handled = fanOut([], published, undefined, {
    log: { append },
    tables: { sequence: 1, catchUp: () => Promise.resolve(), endpoint: () => entry, circuitOf: () => null },
    subscriptions: { match: () => [entry] },
  }).handle([{ ...message(1, 1), header: (name) => ordered[name] }]);
  expect(await Promise.all(await handled)).toEqual([ack()]);
  expect(appended).toEqual(expected);
  expect(published).toEqual([]);
});

it('matches no event before it knows of every change that was made before, whoever accepted the event', async () => {
  const [facts, published]: [LogFact[], OutgoingMessage[]] = [[], []];
  let level: () => void = () => undefined;
  const handled = fanOut(facts, published, () => new Promise((resolve) => (level = resolve))).handle([
    message(1, 1),
  ]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(facts).toEqual([]);
  level();
  expect(await Promise.all(await handled)).toEqual([ack()]);
  expect(published).toHaveLength(1);
});

it.each<[string, Parameters<typeof fanOut>[2], Parameters<typeof fanOut>[3]]>([
  ['DELIVERIES is full', undefined, { deliveries: { publish: full } }],
  ['LOG is full', undefined, { log: { append: full } }],
  ['CONFIG cannot be read', full, {}],
])('waits while %s, and lets no such wait count as a failure of the event', async (_what, catchUp, parts) => {
  const outcomes = await fanOut([], [], catchUp, parts).handle([message(1, 1), message(2, 20)]);
  expect(await Promise.all(outcomes)).toEqual([waitHere(), waitHere()]);
});

it('fails with the event whose deliveries the broker refuses for good, and with no other', async () => {
  const publish = ({ payload }: OutgoingMessage) =>
    Buffer.from(payload).includes('ord_1')
      ? Promise.reject(new PublishError('refused', 'a bad header'))
      : Promise.resolve();
  const events = [message(1, 1), message(2, 1), message(3, 1, broken), message(4, 1)];
  const outcomes = await fanOut([], [], undefined, { deliveries: { publish } }).handle(events);
  const results = await Promise.allSettled(outcomes);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
});

const sent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const own = '00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01';

function sentAs(traceparent: string): IncomingMessage {
  const plain = message(1, 1);
  const header = (name: string) => (name === 'traceparent' ? traceparent : plain.header(name));
  return { ...plain, header };
}

async function carried(traceparent: string, parts: Parameters<typeof fanOut>[3] = {}): Promise<unknown> {
  const published: OutgoingMessage[] = [];
  await Promise.all(await fanOut([], published, undefined, parts).handle([sentAs(traceparent)]));
  const [delivery] = published;
  return delivery && decodeDelivery(delivery.payload, () => undefined)?.meta.traceparent;
}

it('hands on the traceparent of a producer, and nothing that is none: the receiver’s request could not be made', async () => {
  expect(await carried(sent)).toBe(sent);
  expect(await carried('ключ')).toBeUndefined();
});

function tracingAs(traceparent: string, isRecorded = true) {
  const begun: SpanStart[] = [];
  const ended: SpanEnd[] = [];
  const span = { traceparent, isRecorded, end: (end: SpanEnd) => void ended.push(end) };
  return { begun, ended, tracing: { begin: (start: SpanStart) => (begun.push(start), span) } };
}

it('traces each fan-out as a part of its event’s trace, to which its deliveries belong', async () => {
  const { begun, ended, tracing } = tracingAs(own);
  expect(await carried(sent, { tracing })).toBe(own);
  expect(begun).toEqual([
    { name: 'process EVENTS', kind: 'consumer', parent: sent, startedAtMs: acceptedAtMs + 500 },
  ]);
  await carried(sent, { tracing, deliveries: { publish: full } });
  expect(ended.map(({ error }) => error)).toEqual([undefined, 'broker_unavailable']);
});

it('tells where an event belongs that it refuses or cuts off, so that its dead letter is in the trace', async () => {
  const placeOfEnd = async (event: IncomingMessage, parts: Parameters<typeof fanOut>[3] = {}) => {
    const facts: LogFact[] = [];
    await Promise.all(await fanOut(facts, [], undefined, parts).handle([event]));
    expect(facts).toMatchObject([{ fact: 'event.invalid' }]);
    return (facts[0] as { traceparent?: string }).traceparent;
  };
  const refused = { payload: Buffer.from('no JSON') };
  const failed = { deliveryCount: 21 };
  for (const ended of [refused, failed]) {
    expect(await placeOfEnd({ ...sentAs(sent), ...ended }, tracingAs(own))).toBe(own);
    expect(await placeOfEnd({ ...sentAs(sent), ...ended })).toBe(sent);
    expect(await placeOfEnd({ ...sentAs('nonsense'), ...ended })).toBeUndefined();
  }
});

describe('the line of an event', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'postel-log-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function told(event: IncomingMessage, parts: { tracing?: object } = {}): Promise<unknown[]> {
    const file = join(directory, 'log');
    const logger = createLogger('dispatcher', 'debug', { file });
    const own = fanOut([], [], undefined, { ...parts, logger });
    await Promise.all(await own.handle([event]));
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    own.onApplicationShutdown(); // or it would tell in a minute, when another test runs
    return lines.map((line): unknown => JSON.parse(line));
  }

  it('names the span of its fan-out, also where that began the trace and nobody records it', async () => {
    const { tracing } = tracingAs(own, false);
    const of = { trace_id: own.slice(3, 35), span_id: own.slice(36, 52) };
    const refused = message(1, 1, () => Buffer.from('no JSON'));
    expect(await told(message(1, 1), { tracing })).toMatchObject([{ msg: 'event', ...of }]);
    rmSync(join(directory, 'log'));
    expect(await told(refused, { tracing })).toMatchObject([{ msg: 'event refused', ...of }]);
  });

  it('names without tracing the trace of its producer', async () => {
    const [line] = await told(sentAs(sent));
    expect(line).toMatchObject({ msg: 'event', trace_id: sent.slice(3, 35) });
    expect(line).not.toHaveProperty('span_id');
  });
});
