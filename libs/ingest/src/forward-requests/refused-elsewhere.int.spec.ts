import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ApiKeyState } from '@postel/contracts';
import {
  apiServerOptions,
  deriveCredentialKeys,
  guardEverything,
  makeApiKey,
  prepareApi,
  type CredentialKeys,
  type Directory,
} from '@postel/http-api';
import { createLogger, type Logger } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import { registerForwarding } from './forward-requests.js';

const adminToken = 'a-token-of-the-operator';
const keys = deriveCredentialKeys('a-secret-of-32-characters-or-more');
const { key, ...made } = makeApiKey(keys, randomBytes);
const state: ApiKeyState = { ...made, id: 'key_1', tenant: 'acme', name: '', createdAtMs: 1 };
const silent = createLogger('test', 'silent');

interface Service {
  readonly adminToken: string;
  readonly keys: CredentialKeys;
  /** API keys that are known there. */
  readonly known: Map<string, ApiKeyState>;
  /** Of each credential; ten times as many at once. */
  readonly requestsPerSecond: number;
}

let upstream: FastifyInstance;
let front: FastifyInstance;
let told: object[];
let nowMs: number;
/** What the front hears of when it catches up. */
let onCatchUp: () => void;

beforeEach(() => {
  told = [];
  nowMs = Date.now();
  onCatchUp = () => undefined;
});
afterEach(() => Promise.all([front.close(), upstream.close()]));

const ingest = (): Service => ({
  adminToken,
  keys,
  known: new Map([[state.hash, state]]),
  requestsPerSecond: 0,
});

async function start(frontService: Service, upstreamService: Service): Promise<void> {
  upstream = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger: silent }));
  prepareApi(upstream, silent, () => null);
  guard(upstream, upstreamService);
  upstream.get('/v1/deliveries', () => ({ data: [] }));
  const url = await upstream.listen({ host: '127.0.0.1', port: 0 });
  front = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger: silent }));
  prepareApi(front, silent, () => null);
  const directory = guard(front, frontService);
  const logger = { error: (fields: object) => void told.push(fields) } as unknown as Logger;
  const upstreams = { metrics: url, 'dead-letter': url };
  registerForwarding(front, { upstreams, logger, nowMs: () => nowMs, directory });
  await front.ready();
}

function guard(
  server: FastifyInstance,
  { adminToken, keys, known, requestsPerSecond }: Service,
): Pick<Directory, 'catchUp'> {
  const directory: Directory = {
    tenantSinceMs: () => 0,
    apiKeyByHash: (hash) => known.get(hash),
    isRevoked: () => false,
    catchUp: () => Promise.resolve(server === front ? onCatchUp() : undefined),
    catchUpForStrangers: () => Promise.resolve(),
  };
  const limits = { requestsPerSecond, eventRequestsPerSecond: 0 };
  guardEverything(server, { adminToken, keys, directory, limits, nowMs: () => nowMs });
  return directory;
}

async function read(credential: string) {
  const headers = { authorization: `Bearer ${credential}` };
  const answer = await front.inject({ method: 'GET', url: '/v1/deliveries', headers });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<{ code?: string }>() };
}

const otherSecret = deriveCredentialKeys('another-secret-of-32-characters-or-more');

it.each([
  ['POSTEL_ADMIN_TOKEN', { adminToken: 'another-token' }, adminToken, 'admin'],
  ['POSTEL_JWT_SECRET', { keys: otherSecret }, key, 'api-key'],
])(
  'does not blame the caller for another %s, and tells the operator once',
  async (_name, other, good, kind) => {
    await start(ingest(), { ...ingest(), ...other });
    for (let n = 0; n < 3; n++) {
      const { body, headers, status } = await read(good);
      expect([status, body.code, headers['retry-after']]).toEqual([503, 'upstream_unavailable', '2']);
      expect(headers).not.toHaveProperty('www-authenticate');
      expect(headers['content-length']).toBe(String(Buffer.byteLength(JSON.stringify(body))));
    }
    expect(told).toEqual([{ upstream: 'metrics', caller: kind }]);
    nowMs += 600_000;
    await read(good);
    expect(told).toHaveLength(2);
    expect((await read('nobody')).status).toBe(401);
  },
);

it('refuses with 401 what was revoked after it was let in', async () => {
  const here = ingest();
  await start(here, { ...ingest(), known: new Map() });
  let catchUps = 0;
  onCatchUp = () => {
    // the first is of the guard
    if (++catchUps === 2) here.known.clear();
  };
  const { body, headers, status } = await read(key);
  expect([status, body.code, headers['www-authenticate']]).toEqual([401, 'unauthorized', 'Bearer']);
  expect(told).toEqual([]);
});

it('passes on that a caller asks too often, unless it is because so many are refused there', async () => {
  await start(ingest(), { ...ingest(), adminToken: 'another-token', requestsPerSecond: 1 });
  const many = async (credential: string) => {
    const answers = [];
    for (let n = 0; n < 12; n++) answers.push((await read(credential)).status);
    return new Set(answers);
  };
  expect(await many(key)).toEqual(new Set([200, 429]));
  expect(await many(adminToken)).toEqual(new Set([503]));
  expect(told).toHaveLength(1);
});
