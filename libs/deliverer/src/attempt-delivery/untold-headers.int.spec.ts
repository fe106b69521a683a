import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { backoffPolicy, noSecrets, type CustomHeaders, type EndpointSecrets } from '@postel/contracts';
import { replacedHeaders } from '@postel/domain';
import type { SendRequest } from '@postel/http-sender';
import {
  changeSecrets,
  ConfigTables,
  ConfigWriter,
  connectBroker,
  ensureTopology,
  type Broker,
} from '@postel/jetstream';
import { generateSecret, LocalKeyWrapper, sealSecret } from '@postel/signing';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import { randomBytes } from 'node:crypto';
import { makeAttempt, type AttemptInput } from './make-attempt.js';
import { SigningKeys } from './signing-keys.js';

const owner = { tenant: 'default', endpointId: 'ep_1' };
const wrapper = new LocalKeyWrapper(Buffer.alloc(32, 1));
const [oldUrl, newUrl] = ['https://old.example.com/', 'https://new.example.com/'];

let nats: TestServer;
let broker: Broker;
let writer: ConfigWriter;
let tables: ConfigTables;
beforeAll(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  writer = new ConfigWriter(broker);
  tables = new ConfigTables(broker);
  await tables.start();
});
afterAll(async () => {
  await tables?.stop();
  await broker?.close();
  await nats?.stop();
  await expectNoLeaks();
});

const sealHeaders = (headers: object) =>
  sealSecret(JSON.stringify(headers), wrapper, { ...owner, purpose: 'headers' });

const setSecrets = (decide: (before: EndpointSecrets) => EndpointSecrets) =>
  changeSecrets({ tables, writer, ...owner, nowMs: () => 0, decide });

async function tell(url: string, headers: CustomHeaders): Promise<void> {
  const state = { id: 'ep_1', tenant: 'default', url, signature: { schemes: ['standard'] }, headers };
  const fact = { v: 1, fact: 'endpoint.updated', actor: 'admin', atMs: 0, state } as const;
  const revision = tables.endpoint('ep_1')?.revision ?? 0;
  const appended = await writer.append('endpoint', 'default', 'ep_1', fact, revision);
  await tables.reached(appended.ok ? appended.seq : Infinity);
}

it('sends the old headers to the old URL, and masks them, until the endpoint tells of the new ones', async () => {
  const keys = new SigningKeys(wrapper, (id) => tables.secretsOf(id)?.state ?? noSecrets);
  const attempt = async () => {
    const sent: SendRequest[] = [];
    const send = (request: SendRequest) => {
      sent.push(request);
      return Promise.resolve({ startedAtMs: 0, durationMs: 1, timing: {} });
    };
    const endpoint = tables.endpoint('ep_1')?.state as AttemptInput['endpoint'];
    const input = {
      meta: { eventId: 'evt_1', deliveryId: 'dlv_1', attemptsMade: 0, attemptsBeforeReopen: 0 },
      body: Buffer.from('{}'),
      endpoint,
      policy: backoffPolicy.parse({}),
      traced: undefined,
    } as unknown as AttemptInput;
    const sender = { send, close: () => Promise.resolve() };
    const parts = { keys, sender, userAgent: 'test', newAttemptId: () => 'att_1', nowMs: () => 0 };
    const { request } = await makeAttempt(input, await keys.of(endpoint, 0), parts);
    const custom = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-(old|new)$/.test(name)));
    return { url: sent[0]?.url, sent: custom(sent[0] as SendRequest), recorded: custom(request) };
  };
  const secret = await sealSecret(generateSecret(randomBytes(32)), wrapper, owner);
  const old = await sealHeaders({ 'x-old': 'old-value' });
  // as an earlier version stored them
  await setSecrets(() => ({ ...noSecrets, secrets: [secret], headers: old }));
  await tell(oldUrl, { names: ['x-old'], setAtMs: 3 });
  const before = { url: oldUrl, sent: { 'x-old': 'old-value' }, recorded: { 'x-old': '***' } };
  expect(await attempt()).toEqual(before);

  const next = await sealHeaders({ 'x-new': 'new-value' });
  await setSecrets((secrets) => replacedHeaders(secrets, next, { toldAtMs: 3, nowMs: 4 }));
  expect(await attempt()).toEqual(before);

  await tell(newUrl, { names: ['x-new'], setAtMs: 4 });
  const after = { url: newUrl, sent: { 'x-new': 'new-value' }, recorded: { 'x-new': '***' } };
  expect(await attempt()).toEqual(after);

  await setSecrets((secrets) => replacedHeaders(secrets, null, { toldAtMs: 4, nowMs: 4 }));
  expect(await attempt()).toEqual(after);
  await tell(oldUrl, { names: [], setAtMs: 5 });
  expect(await attempt()).toEqual({ url: oldUrl, sent: {}, recorded: {} });
});
