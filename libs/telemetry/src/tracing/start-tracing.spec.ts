import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '../logger.js';
import { startTracing, type TracingSettings } from './start-tracing.js';
import type { Tracing } from './tracing.js';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = `00-${trace}-00f067aa0ba902b7`;

const nothingSet: TracingSettings = {
  disabled: false,
  exporter: null,
  endpoint: null,
  tracesEndpoint: null,
  protocol: null,
  tracesProtocol: null,
  headers: {},
  tracesHeaders: {},
  timeoutMs: null,
  tracesTimeoutMs: null,
  compression: null,
  tracesCompression: null,
  serviceName: undefined,
  resource: {},
  sampler: null,
  ratio: null,
  batchDelayMs: null,
  batchTimeoutMs: null,
  queueSize: null,
  batchSize: null,
};

function start(settings: Partial<TracingSettings>): Promise<Tracing | null> {
  const process = {
    serviceName: 'postel-test',
    version: '1.2.3',
    logger: createLogger('test', 'silent'),
    nowMs: () => 0,
  };
  return startTracing({ ...nothingSet, ...settings }, process);
}

describe('whether there are traces', () => {
  it.each<[string, Partial<TracingSettings>]>([
    ['nothing is set', {}],
    ['no exporter is asked for', { exporter: 'none', endpoint: 'http://127.0.0.1:1' }],
    ['all is switched off', { disabled: true, exporter: 'otlp' }],
  ])('not when %s', async (_name, settings) => {
    expect(await start(settings)).toBeNull();
  });

  it.each<[string, Partial<TracingSettings>]>([
    ['an exporter is named', { exporter: 'otlp' }],
    ['a collector is', { endpoint: 'http://127.0.0.1:1' }],
    ['a collector of traces is', { tracesEndpoint: 'http://127.0.0.1:1/here' }],
  ])('when %s', async (_name, settings) => {
    const tracing = await start(settings);
    expect(tracing).not.toBeNull();
    await tracing?.stop();
  });
});

describe('a span', () => {
  let tracing: Tracing;
  const begun = async (settings: Partial<TracingSettings>, parentGiven?: string) => {
    tracing = (await start({ exporter: 'otlp', endpoint: 'http://127.0.0.1:1', ...settings })) as Tracing;
    return tracing.begin({ name: 'a', kind: 'consumer', parent: parentGiven });
  };
  afterEach(() => tracing.stop());

  it.each<[TracingSettings['sampler'], number | null, { root: boolean; yes: boolean; no: boolean }]>([
    [null, null, { root: true, yes: true, no: false }],
    ['always_on', null, { root: true, yes: true, no: true }],
    ['always_off', null, { root: false, yes: false, no: false }],
    ['traceidratio', 0, { root: false, yes: false, no: false }],
    ['traceidratio', null, { root: true, yes: true, no: true }],
    ['parentbased_always_off', null, { root: false, yes: true, no: false }],
    ['parentbased_traceidratio', 0, { root: false, yes: true, no: false }],
    ['parentbased_traceidratio', 1, { root: true, yes: true, no: false }],
  ])('is recorded as %s with %s says, and says so to what comes after', async (sampler, ratio, expected) => {
    const recorded = {
      root: (await begun({ sampler, ratio })).isRecorded,
      yes: tracing.begin({ name: 'a', kind: 'server', parent: `${parent}-01` }).isRecorded,
      no: tracing.begin({ name: 'a', kind: 'server', parent: `${parent}-00` }).isRecorded,
    };
    expect(recorded).toEqual(expected);
    const { isRecorded, traceparent } = tracing.begin({ name: 'a', kind: 'server', parent: `${parent}-01` });
    expect(traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-0${isRecorded ? 1 : 0}$`));
    expect(traceparent).not.toContain('00f067aa0ba902b7');
  });

  it('begins a trace of its own where what it is told to belong to is none', async () => {
    const { traceparent } = await begun({}, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`);
    expect(traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('what goes to the collector', () => {
  let server: Server;
  let url: string;
  const requests: { url: string; headers: object; body: string }[] = [];
  let answers = true;
  beforeEach(async () => {
    requests.length = 0;
    answers = true;
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url: path = '', headers } = request;
        requests.push({ url: path, headers, body: Buffer.concat(chunks).toString() });
        if (answers) response.end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('says what was done, by whom, and what failed', async () => {
    const tracing = (await start({
      endpoint: `${url}/`,
      protocol: 'http/json',
      headers: { 'x-key': 'k' },
      serviceName: 'mine',
      resource: { 'deployment.environment.name': 'test', 'service.name': 'not this' },
    })) as Tracing;
    const span = tracing.begin({
      name: 'work',
      kind: 'client',
      parent: `${parent}-01`,
      link: `${parent}-01`,
      startedAtMs: 1_700_000_000_000,
    });
    span.end({ attributes: { a: 1, b: undefined }, error: 'timeout', endedAtMs: 1_700_000_000_250 });
    await tracing.stop();
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ url: '/v1/traces', headers: { 'x-key': 'k' } });
    const { resourceSpans } = JSON.parse(requests[0]?.body ?? '') as {
      resourceSpans: { resource: unknown; scopeSpans: { spans: unknown[] }[] }[];
    };
    const told = JSON.stringify(resourceSpans[0]?.resource);
    for (const word of ['"mine"', '"1.2.3"', 'deployment.environment.name']) expect(told).toContain(word);
    expect(told).not.toContain('not this');
    expect(resourceSpans[0]?.scopeSpans[0]?.spans[0]).toMatchObject({
      name: 'work',
      kind: 3,
      traceId: trace,
      parentSpanId: '00f067aa0ba902b7',
      links: [{ traceId: trace, spanId: '00f067aa0ba902b7' }],
      status: { code: 2 },
      startTimeUnixNano: '1700000000000000000',
      endTimeUnixNano: '1700000000250000000',
      attributes: [
        { key: 'a', value: { intValue: 1 } },
        { key: 'error.type', value: { stringValue: 'timeout' } },
      ],
    });
  });

  it.each([
    ['127.0.0.1:4222', '127.0.0.1', 4222],
    ['[::1]:4222', '::1', 4222],
    ['nats-0.nats-headless:4223', 'nats-0.nats-headless', 4223],
  ])(
    'names the broker %s that messages go through, and of other work none',
    async (server, address, port) => {
      const tracing = (await start({ endpoint: url, protocol: 'http/json' })) as Tracing;
      tracing.messagingThrough(() => server);
      const message = tracing.begin({ name: 'send', kind: 'producer' });
      message.end({ attributes: { 'messaging.system': 'nats' } });
      tracing.begin({ name: 'other', kind: 'server' }).end({ attributes: { a: 1 } });
      await tracing.stop();
      const { resourceSpans } = JSON.parse(requests[0]?.body ?? '') as {
        resourceSpans: { scopeSpans: { spans: { attributes: unknown[] }[] }[] }[];
      };
      const [sent, other] = resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
      expect(sent?.attributes).toEqual([
        { key: 'messaging.system', value: { stringValue: 'nats' } },
        { key: 'server.address', value: { stringValue: address } },
        { key: 'server.port', value: { intValue: port } },
      ]);
      expect(other?.attributes).toEqual([{ key: 'a', value: { intValue: 1 } }]);
    },
  );

  it('is protobuf when nothing else is said, and may be compressed', async () => {
    const tracing = (await start({
      endpoint: 'http://127.0.0.1:1',
      tracesEndpoint: `${url}/own/path`,
      compression: 'gzip',
    })) as Tracing;
    tracing.begin({ name: 'work', kind: 'server' }).end();
    await tracing.stop();
    expect(requests[0]).toMatchObject({
      url: '/own/path',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    });
  });

  it('holds up nobody who stops', async () => {
    answers = false;
    // it is given up soon after: this process shall end, too
    const giveUp = { timeoutMs: 2_500, batchTimeoutMs: 2_500 };
    const tracing = (await start({ endpoint: url, ...giveUp })) as Tracing;
    tracing.begin({ name: 'work', kind: 'server' }).end();
    await tracing.stop();
    expect(requests).toHaveLength(1);
  });
});
