import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { configSubject, noSecrets, type EndpointSecrets } from '@postel/contracts';
import { changeSecrets, ConfigTables, ConfigWriter, connectBroker, type Broker } from '@postel/jetstream';
import { ensureTopology, readBackwards } from '@postel/jetstream';
import { headersInForce, replacedHeaders } from '@postel/domain';
import { LocalKeyWrapper, openSecret } from '@postel/signing';
import { createLogger } from '@postel/telemetry';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import { randomBytes } from 'node:crypto';
import { rewrapSecrets } from '../rewrap-secrets/rewrap-secrets.js';
import { EndpointVault } from '../rotate-secret/endpoint-vault.js';
import { RetireSecrets } from './retire-secrets.js';

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const owner = { tenant: 'default', endpointId: 'ep_1' };
const nowMs = () => 1_000;

describe('secrets in CONFIG', () => {
  let nats: TestServer;
  let broker: Broker;
  let writer: ConfigWriter;
  let tables: ConfigTables;
  const vault = new EndpointVault(new LocalKeyWrapper(oldKey), randomBytes);

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
    writer = new ConfigWriter(broker);
    tables = new ConfigTables(broker);
    await tables.start();
  });
  afterEach(async () => {
    await tables.stop();
    await broker.close();
    await nats.stop();
  });

  const retire = () =>
    new RetireSecrets({ broker, tables, writer, vault, nowMs, logger: createLogger('test', 'silent') });
  const store = (secrets: EndpointSecrets, endpointId = owner.endpointId) =>
    changeSecrets({ tables, writer, tenant: 'default', endpointId, nowMs, decide: () => secrets });
  const present = (endpointId = owner.endpointId) => tables.secretsOf(endpointId)?.state as EndpointSecrets;
  const newSecrets = async (endpointId = owner.endpointId) => {
    const wanted = {
      secret: undefined,
      schemes: ['standard-ed25519'],
      headers: { 'x-key': 'value' },
      headersSetAtMs: 7,
    } as const;
    return (await vault.create({ tenant: 'default', endpointId }, wanted)).sealed;
  };
  /** All that CONFIG holds, as text. */
  const stored = async () => {
    const subjects = ['secret', 'endpoint'].map((kind) =>
      configSubject(kind as 'secret' | 'endpoint', 'default', 'ep_1'),
    );
    const messages = await Promise.all(
      subjects.map((subject) => readBackwards(broker, 'CONFIG', subject, { limit: 100 })),
    );
    return messages.flat().map(({ payload }) => Buffer.from(payload).toString());
  };

  it('are gone when their grace has ended, whoever sweeps, and no others', async () => {
    const fresh = await newSecrets();
    const until = (expiresAtMs: number | null) => ({ ...fresh.secrets[0], expiresAtMs }) as never;
    const pairUntil = (expiresAtMs: number | null) => ({ ...fresh.keyPairs[0], expiresAtMs }) as never;
    await store({
      ...fresh,
      secrets: [until(null), until(1_001), until(1_000)],
      keyPairs: [pairUntil(null), pairUntil(999)],
    });
    await Promise.all([
      retire().sweep(new AbortController().signal),
      retire().sweep(new AbortController().signal),
    ]);
    expect(present()).toEqual({
      ...fresh,
      secrets: [until(null), until(1_001)],
      keyPairs: [pairUntil(null)],
    });
    const { revision } = tables.secretsOf('ep_1') as { revision: number };
    await retire().sweep(new AbortController().signal);
    expect(tables.secretsOf('ep_1')?.revision).toBe(revision);
    expect(await stored()).toHaveLength(1);
  });

  it('have headers that were replaced until their endpoint tells of later ones', async () => {
    const fresh = await newSecrets();
    await store(replacedHeaders(fresh, null, { toldAtMs: 7, nowMs: 8 }));
    const tell = async (setAtMs: number, expectedRevision: number) => {
      const state = { id: 'ep_1', tenant: 'default', headers: { names: [], setAtMs } };
      const fact = { v: 1, fact: 'endpoint.updated', actor: 'x', atMs: 1, state } as const;
      const appended = await writer.append('endpoint', 'default', 'ep_1', fact, expectedRevision);
      await tables.reached(appended.ok ? appended.seq : Infinity);
      return tables.sequence;
    };
    const first = await tell(7, 0);
    await retire().sweep(new AbortController().signal);
    expect(present().earlierHeaders).toEqual([{ headers: fresh.headers, headersSetAtMs: 7 }]);
    await tell(8, first);
    await retire().sweep(new AbortController().signal);
    expect(present()).toEqual({ ...fresh, headers: null, headersSetAtMs: 8 });
    expect((await stored()).join()).not.toContain(fresh.headers?.ciphertext);
  });

  it('are what the values of custom headers become that an earlier version stored in the clear', async () => {
    const { secrets, keyPairs } = await newSecrets();
    await store({ secrets, keyPairs, headers: null });
    const state = { id: 'ep_1', tenant: 'default', url: 'https://example.com/', status: 'active' };
    const fact = { v: 1, fact: 'endpoint.updated', actor: 'x', atMs: 1 } as const;
    for (const [index, value] of ['first-value', 'second-value'].entries()) {
      const old = { ...fact, state: { ...state, headers: { 'x-key': value } } };
      const appended = await writer.append(
        'endpoint',
        'default',
        'ep_1',
        old,
        index === 0 ? 0 : tables.sequence,
      );
      await tables.reached(appended.ok ? appended.seq : Infinity);
    }
    expect(tables.endpoint('ep_1')?.state.headers.clear).toEqual({ 'x-key': 'second-value' });
    await Promise.all([
      retire().sweep(new AbortController().signal),
      retire().sweep(new AbortController().signal),
    ]);
    expect(tables.endpoint('ep_1')?.state.headers).toEqual({ names: ['x-key'], setAtMs: 0 });
    expect(await vault.openHeaders(owner, present().headers)).toEqual({ 'x-key': 'second-value' });
    expect((await stored()).join()).not.toMatch(/first-value|second-value/);
  });

  it('are re-wrapped for another master key, once, whatever was done before', async () => {
    for (const id of ['ep_1', 'ep_2', 'ep_3']) await store(await newSecrets(id), id);
    // a change of headers that was not told yet
    const changed = await vault.sealHeaders(owner, { 'x-key': 'untold' });
    await store(replacedHeaders(present(), changed, { toldAtMs: 7, nowMs: 8 }));
    await store(noSecrets, 'ep_3');
    const before = present();
    const both = new LocalKeyWrapper(newKey, oldKey);
    const run = (keyWrapper: LocalKeyWrapper) =>
      rewrapSecrets({ tables, writer, keyWrapper, nowMs, onProgress: () => undefined });
    expect(await run(new LocalKeyWrapper(newKey))).toMatchObject({
      rewrapped: 0,
      unopened: ['default/ep_1', 'default/ep_2'],
    });
    expect(present()).toBe(before);
    expect(await run(both)).toEqual({ total: 3, rewrapped: 2, upToDate: 1, unopened: [] });
    expect(await run(both)).toEqual({ total: 3, rewrapped: 0, upToDate: 3, unopened: [] });
    const after = present();
    expect(after.secrets[0]?.ciphertext).toBe(before.secrets[0]?.ciphertext);
    const alone = new LocalKeyWrapper(newKey);
    expect(await openSecret(after.secrets[0] as never, alone, owner)).toMatch(/^whsec_/);
    const pair = await openSecret(after.keyPairs[0] as never, alone, { ...owner, purpose: 'ed25519' });
    expect(pair).toMatch(/^whsk_/);
    const open = new EndpointVault(alone, randomBytes);
    const valueAt = (setAtMs: number) => open.openHeaders(owner, headersInForce(after, setAtMs));
    expect([await valueAt(7), await valueAt(8)]).toEqual([{ 'x-key': 'value' }, { 'x-key': 'untold' }]);
    await expect(openSecret(after.secrets[0] as never, new LocalKeyWrapper(oldKey), owner)).rejects.toThrow();
  });
});
