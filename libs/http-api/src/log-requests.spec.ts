import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiServerOptions, prepareApi } from './create-api.js';
import { refuse } from './refusal-error.js';
import { traceRequests } from './trace-requests.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = 'b7ad6b7169203331';

describe('the line of a request', () => {
  let directory: string;
  let server: FastifyInstance;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'postel-log-'));
  });

  afterEach(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  function start(level: string, isFrontDoor = true, isTraced = false): FastifyInstance {
    const logger = createLogger('ingest', level, { file: join(directory, 'log') });
    server = fastify(apiServerOptions({ bodyLimitBytes: 1_024, logger }));
    prepareApi(server, logger, () => null, { isFrontDoor });
    if (isTraced) {
      const span = { traceparent: `00-${traceId}-${spanId}-00`, isRecorded: false, end: () => undefined };
      traceRequests(server, {
        begin: () => span,
        messagingThrough: () => undefined,
        stop: () => Promise.resolve(),
      });
    }
    server.get('/v1/things/:thingId', () => ({ ok: true }));
    server.get('/v1/refused', () => refuse('forbidden', 'no'));
    server.get('/v1/broken', () => {
      throw new TypeError('a bug of https://user:k4n4ry@example.com/?k4n4ry');
    });
    server.get('/v1/unavailable', () => refuse('broker_unavailable'));
    server.get('/healthz', () => 'ok');
    server.post('/v1/events', { config: { counted: true } }, (_request, reply) => reply.code(202).send({}));
    server.post('/v1/full', { config: { counted: true } }, () => refuse('broker_unavailable'));
    return server;
  }

  function told(): Record<string, unknown>[] {
    const text = readFileSync(join(directory, 'log'), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('takes a client that goes away in the middle of its body for no fault of ours', async () => {
    start('info');
    const answered = new Promise<unknown>((resolve) => {
      server.addHook('onSend', (_request, _reply, payload, next) => {
        resolve(payload);
        next();
      });
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    const head = 'host: x\r\ncontent-type: application/json\r\ncontent-length: 100';
    server.server.once('request', () => socket.destroy());
    socket.write(`POST /v1/events HTTP/1.1\r\n${head}\r\n\r\n{"a":`);
    expect(JSON.parse(String(await answered))).toMatchObject({ code: 'malformed_request' });
    expect(told().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('says what was asked and answered, by the route and not the URL, with its trace', async () => {
    await start('info').inject({
      url: '/v1/things/k4n4ry?token=k4n4ry',
      headers: {
        'x-request-id': 'req-1',
        authorization: 'Bearer k4n4ry',
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      },
    });
    const [line] = told();
    expect(line).toMatchObject({
      level: 'info',
      service: 'ingest',
      component: 'http',
      requestId: 'req-1',
      method: 'GET',
      route: '/v1/things/:thingId',
      status: 200,
      code: null,
      durationMs: expect.any(Number),
      responseBytes: 11,
      trace_id: traceId,
      msg: 'request',
    });
    expect(line).not.toHaveProperty('span_id');
    expect(JSON.stringify(line)).not.toContain('k4n4ry');
  });

  it('has the code of a problem, and no trace where the header is none', async () => {
    await start('info').inject({ url: '/v1/refused', headers: { traceparent: 'nonsense' } });
    expect(told()).toEqual([expect.objectContaining({ level: 'info', status: 403, code: 'forbidden' })]);
    expect(told()[0]).not.toHaveProperty('trace_id');
  });

  it('ties a bug to its request, and tells where it was', async () => {
    await start('warn').inject({ url: '/v1/broken', headers: { 'x-request-id': 'req-2' } });
    const [bug, line] = told();
    expect(bug).toMatchObject({
      level: 'error',
      requestId: 'req-2',
      err: { name: 'TypeError', stack: expect.any(Array) },
    });
    expect(line).toMatchObject({ level: 'error', requestId: 'req-2', status: 500, code: 'internal_error' });
    expect(JSON.stringify(told())).not.toContain('k4n4ry');
  });

  it('names its own span, and so does the bug in it, also where Postel began the trace', async () => {
    await start('info', true, true).inject({ url: '/v1/broken' });
    const of = { trace_id: traceId, span_id: spanId };
    expect(told()).toMatchObject([
      { msg: 'a request failed', ...of },
      { msg: 'request', ...of },
    ]);
  });

  it('ties a bug to the trace that its request came with', async () => {
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    await start('info').inject({ url: '/v1/broken', headers });
    expect(told().map(({ trace_id }) => trace_id)).toEqual([traceId, traceId]);
  });

  it('is a warning while something is not to be had', async () => {
    await start('info').inject({ url: '/v1/unavailable' });
    expect(told()).toEqual([
      expect.objectContaining({ level: 'warn', status: 503, code: 'broker_unavailable' }),
    ]);
  });

  it('is not written for each event, but a count is', async () => {
    start('info');
    for (let n = 0; n < 3; n++) await server.inject({ method: 'POST', url: '/v1/events', payload: {} });
    await server.inject({ method: 'POST', url: '/v1/full', payload: {} });
    await server.inject({ url: '/healthz' });
    await server.close();
    expect(told()).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'requests that publish',
        total: 4,
        outcomes: { 202: 3, 503: 1 },
      }),
    ]);
  });

  it('is written for each event and health check at debug', async () => {
    start('debug');
    await server.inject({ method: 'POST', url: '/v1/events', payload: {} });
    await server.inject({ url: '/healthz' });
    expect(told().map(({ level, route }) => [level, route])).toEqual([
      ['debug', '/v1/events'],
      ['debug', '/healthz'],
    ]);
  });

  it('is the front door’s at info, and not repeated behind it', async () => {
    await start('info', false).inject({ url: '/v1/things/1' });
    await server.inject({ url: '/v1/unavailable' });
    expect(told().map(({ status }) => status)).toEqual([503]);
  });
});
