import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  apiServerOptions,
  deriveCredentialKeys,
  guardEverything,
  prepareApi,
  registerServeConsole,
} from '@postel/http-api';
import { StartFault } from '@postel/process';
import { createLogger } from '@postel/telemetry';
import { tempDir, waitUntil, type TempDir } from '@postel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { consoleServer } from './console-server.js';
import { runConsoleServer } from './run-console-server.js';

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const logger = createLogger('test', 'silent');
const onFreePorts = {
  POSTEL_HOST: '127.0.0.1',
  POSTEL_PORT: '0',
  POSTEL_METRICS_PORT: '0',
  POSTEL_LOG_LEVEL: 'silent',
};

let built: TempDir;

beforeAll(() => {
  built = tempDir('console-server');
  mkdirSync(join(built.path, 'assets'));
  writeFileSync(join(built.path, 'index.html'), '<!doctype html><title>Postel</title>');
  writeFileSync(join(built.path, 'postel.svg'), '<svg/>');
  writeFileSync(join(built.path, 'assets', 'index-x1.js'), 'the script');
  writeFileSync(join(built.path, 'assets', 'index-x1.js.br'), brotliCompressSync('the script'));
  writeFileSync(join(built.path, 'secret.txt'), 'not for the public');
});
afterAll(() => built.remove());

describe('the console’s own server', () => {
  const servers: FastifyInstance[] = [];
  let alone: FastifyInstance;
  /** As ingest has it: behind the guard. */
  let atTheApi: FastifyInstance;

  beforeAll(async () => {
    const console = { directory: built.path, frameAncestors: ['https://app.example.com'] };
    alone = consoleServer({ console, health: () => [], logger });
    atTheApi = guarded();
    registerServeConsole(atTheApi, console);
    servers.push(alone, atTheApi);
    await Promise.all(servers.map((server) => server.ready()));
  });
  afterAll(async () => void (await Promise.all(servers.map((server) => server.close()))));

  it.each([
    ['/', html],
    ['/deliveries/dlv_1?x=1', html],
    ['/', { ...html, 'x-forwarded-proto': 'https' }],
    ['/postel.svg', {}],
    ['/assets/index-x1.js', { 'accept-encoding': 'br' }],
    ['/assets/index-x1.js', {}],
    ['/assets/none.js', {}],
    ['/assets/..%2Fsecret.txt', {}],
  ])('answers %s with the same bytes and headers as ingest: %j', async (url, headers) => {
    const given = { url, headers: { ...headers, 'x-request-id': 'one' } };
    const [here, there] = await Promise.all([alone.inject(given), atTheApi.inject(given)]);
    const comparable = ({ statusCode, rawPayload, headers: { date: _, ...rest } }: typeof here) => ({
      statusCode,
      rest,
      body: rawPayload.toString('base64'),
    });
    expect(comparable(here)).toEqual(comparable(there));
  });

  it.each([
    ['GET', '/v1/endpoints'],
    ['GET', '/openapi.json'],
    ['GET', '/webhooks/src_1'],
    ['GET', '/docs'],
    ['GET', '/secret.txt'],
    ['GET', '/..%2fsecret.txt'],
    ['POST', '/endpoints'],
  ] as const)('has nothing of the API: %s %s', async (method, url) => {
    const answer = await alone.inject({ method, url });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'route_not_found' });
  });

  it('takes nothing that is sent to it', async () => {
    const answer = await alone.inject({ method: 'POST', url: '/', payload: { of: 'anything' } });
    expect(answer.statusCode).toBe(405);
  });
});

describe('its process', () => {
  it('serves what it is given, tells its health, and says that it ends before it does', async () => {
    const running = await runConsoleServer({
      ...onFreePorts,
      POSTEL_CONSOLE_DIR: built.path,
      POSTEL_STOP_GRACE_SECONDS: '1',
    });
    const readiness = async () => (await fetch(`${running.operationsUrl}/readyz`)).status;
    expect(await (await fetch(running.url, { headers: html })).text()).toContain('<title>Postel');
    expect(await readiness()).toBe(200);
    expect(await (await fetch(`${running.operationsUrl}/metrics`)).text()).toContain('postel_build_info');
    const stopped = running.stop();
    await waitUntil(async () => (await readiness()) === 503, { describe: 'it to be not ready' });
    expect((await fetch(running.url, { headers: html })).status).toBe(200);
    await stopped;
    await expect(fetch(running.url)).rejects.toThrow();
    await expect(fetch(running.operationsUrl)).rejects.toThrow();
  });

  it.each<[string, object, RegExp]>([
    ['no directory', {}, /^POSTEL_CONSOLE_DIR: required here$/],
    [
      'a faulty setting',
      { POSTEL_CONSOLE_DIR: '.', POSTEL_CONSOLE_FRAME_ANCESTORS: "x; script-src 'x'" },
      /^POSTEL_CONSOLE_FRAME_ANCESTORS/,
    ],
    ['a directory without a console', { POSTEL_CONSOLE_DIR: '/nowhere' }, /^POSTEL_CONSOLE_DIR.*no index/],
  ])('says in one line what is wrong: %s', async (_what, env, line) => {
    const faults = await runConsoleServer({ ...onFreePorts, ...env }).then(
      () => [],
      (error: unknown) => (error instanceof StartFault ? error.lines : []),
    );
    expect(faults).toEqual([expect.stringMatching(line)]);
  });

  it('leaves nothing behind where its port is taken', async () => {
    const first = await runConsoleServer({
      ...onFreePorts,
      POSTEL_CONSOLE_DIR: built.path,
      POSTEL_STOP_GRACE_SECONDS: '0',
    });
    const port = new URL(first.url).port;
    const second = runConsoleServer({ ...onFreePorts, POSTEL_CONSOLE_DIR: built.path, POSTEL_PORT: port });
    await expect(second).rejects.toThrow(`POSTEL_PORT: the port ${port} on 127.0.0.1 is taken`);
    await first.stop();
  });
});

function guarded(): FastifyInstance {
  const server = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger }));
  prepareApi(server, logger, () => null);
  guardEverything(server, {
    adminToken: 'a-token-of-the-operator',
    keys: deriveCredentialKeys('a-secret-of-32-characters-or-more'),
    directory: {
      tenantSinceMs: () => null,
      apiKeyByHash: () => undefined,
      isRevoked: () => false,
      catchUp: () => Promise.resolve(),
      catchUpForStrangers: () => Promise.resolve(),
    },
    limits: { requestsPerSecond: 0, eventRequestsPerSecond: 0 },
    nowMs: () => Date.now(),
  });
  return server;
}
