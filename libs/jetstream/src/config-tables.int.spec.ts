import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  configOfTenantFilter,
  configSubject,
  noCustomHeaders,
  noSecrets,
  type EndpointFact,
  type EndpointState,
  type EventTypeFact,
  type EventTypeState,
  type TenantFact,
  type SealedSecret,
} from '@postel/contracts';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { changeConfig } from './change-config.js';
import { changeSecrets } from './change-secrets.js';
import { ConfigTables } from './config-tables.js';
import { ConfigWriter } from './config-writer.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { addEventSubjects, ensureTopology, TopologyDrift } from './ensure-topology.js';
import { readBackwards } from './read-backwards.js';
import type { ConfigNeeds } from './held-endpoint.js';
import { eraseMessage } from './read-message.js';

const endpoint = (id: string, description = ''): EndpointState => ({
  id,
  tenant: 'default',
  url: 'https://example.com/',
  description,
  events: ['*'],
  channels: [],
  filter: null,
  apiVersion: '2024-01-01',
  metadata: {},
  headers: noCustomHeaders,
  signature: { schemes: ['standard'] },
  timeoutMs: 1_000,
  rateLimit: null,
  maxInFlight: 10,
  ordering: 'none',
  status: 'active',
  createdAtMs: 1,
  updatedAtMs: 1,
});
const factOf = (state: EndpointState | null): EndpointFact => ({
  v: 1,
  fact: state ? 'endpoint.updated' : 'endpoint.deleted',
  actor: 'test',
  atMs: 1,
  state,
});

const sealed = (name: string): SealedSecret => ({
  wrappedKey: name,
  iv: '',
  tag: '',
  ciphertext: '',
  expiresAtMs: null,
});

const eventType = (description: string): EventTypeState => ({
  name: 'order.created',
  tenant: 'default',
  description,
  origin: 'declared',
  deprecated: false,
  schema: null,
  examples: [],
  versions: [],
  createdAtMs: 1,
  updatedAtMs: 1,
});
const eventTypeFact = (state: EventTypeState | null): EventTypeFact => ({
  v: 1,
  fact: state ? 'event_type.put' : 'event_type.deleted',
  actor: 'test',
  atMs: 1,
  state,
});

describe('CONFIG in memory', () => {
  let nats: TestServer;
  let broker: Broker;
  let writer: ConfigWriter;
  let tables: ConfigTables[];

  const follow = async (needs?: ConfigNeeds) => {
    const made = new ConfigTables(broker, undefined, needs);
    tables.push(made);
    await made.start();
    return made;
  };

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
    writer = new ConfigWriter(broker);
    tables = [];
  });
  afterEach(async () => {
    await Promise.all(tables.map((made) => made.stop()));
    await broker.close();
    await nats.stop();
  });

  it('starts from the last fact of each subject and follows every change, deletions too', async () => {
    await writer.append('endpoint', 'default', 'ep_1', factOf(endpoint('ep_1', 'old')), 0);
    await writer.append('endpoint', 'default', 'ep_1', factOf(endpoint('ep_1', 'new')), 1);
    await writer.append('endpoint', 'default', 'ep_2', factOf(endpoint('ep_2')), 0);
    const config = await follow();
    expect(config.endpoint('ep_1')).toMatchObject({ state: { description: 'new' }, revision: 2 });
    expect(config.sequence).toBe(3);
    const seq = await writer.append('endpoint', 'default', 'ep_2', factOf(null), 3);
    expect(seq).toEqual({ ok: true, seq: 4 });
    await config.reached(4);
    expect(config.endpoint('ep_2')).toBeUndefined();
    expect(config.endpointsOf('default').map(({ state }) => state.id)).toEqual(['ep_1']);
  });

  it('is level at once when CONFIG is empty, and when its tail was purged', async () => {
    const empty = await follow();
    expect(empty.sequence).toBe(0);
    await writer.append('endpoint', 'default', 'ep_1', factOf(endpoint('ep_1')), 0);
    await broker.jsm.streams.purge('CONFIG', { filter: 'postel.config.endpoint.default.ep_1' });
    const purged = await follow();
    await purged.reached(1, 1_000);
  });

  it('keeps no retired secret in the stream', async () => {
    const fact = (...names: string[]) =>
      ({ v: 1, fact: 'secret.set', atMs: 1, secrets: names.map(sealed) }) as const;
    expect(await writer.replaceSecret('default', 'ep_1', fact('first'), 0)).toEqual({ ok: true, seq: 1 });
    expect(await writer.replaceSecret('default', 'ep_1', fact('late'), 0)).toEqual({ ok: false });
    expect(await writer.replaceSecret('default', 'ep_1', fact('second'), 1)).toMatchObject({ ok: true });
    expect((await broker.jsm.streams.info('CONFIG')).state.messages).toBe(1);
    const config = await follow();
    // stored by a version that knew nothing else
    expect(config.secretsOf('ep_1')).toMatchObject({
      tenant: 'default',
      state: { ...noSecrets, secrets: [sealed('second')] },
    });
  });

  it('reaches positions of secrets where none are read, and what is before them is there', async () => {
    const config = await follow({ secrets: false, endpoints: 'routes' });
    const set = { v: 1, fact: 'secret.set', atMs: 1, secrets: [sealed('first')] } as const;
    expect(await writer.replaceSecret('default', 'ep_0', set, 0)).toEqual({ ok: true, seq: 1 });
    await config.reached(1);
    expect(config.secretsOf('ep_0')).toBeUndefined();
    for (let n = 1; n <= 20; n++) {
      await writer.append('endpoint', 'default', `ep_${n}`, factOf(endpoint(`ep_${n}`)), 0);
      const secret = await writer.replaceSecret('default', `ep_${n}`, set, 0);
      await config.reached(secret.ok ? secret.seq : 0);
      expect(config.endpoint(`ep_${n}`)).toBeDefined();
    }
    expect(config.sequence).toBe(41);
    await expect(config.reached(42, 50)).rejects.toThrow('CONFIG 42 was not reached; these tables are at 41');
    expect(await follow({ secrets: false, endpoints: 'all' })).toMatchObject({ sequence: 41 });
  });

  it('loses none of several changes of the same secrets at once', async () => {
    const all = await Promise.all([follow(), follow()]);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const changed = await Promise.all(
      names.map((name, n) =>
        changeSecrets({
          tables: all[n % 2] as ConfigTables,
          writer,
          tenant: 'default',
          endpointId: 'ep_1',
          nowMs: () => 1,
          decide: (secrets) => ({ ...secrets, secrets: [sealed(name), ...secrets.secrets] }),
        }),
      ),
    );
    expect(changed.every((result) => result?.changed)).toBe(true);
    const config = await follow();
    const kept = config.secretsOf('ep_1')?.state.secrets.map(({ wrappedKey }) => wrappedKey) ?? [];
    expect(kept.sort()).toEqual(names);
    expect((await broker.jsm.streams.info('CONFIG')).state.messages).toBe(1);
  });

  it('reads the facts of one subject backwards, whatever lies between them', async () => {
    const subject = configSubject('endpoint', 'default', 'ep_1');
    for (let n = 0; n < 5; n++) {
      const lastSeq = Math.max(0, 2 * n - 1);
      await writer.append('endpoint', 'default', 'ep_1', factOf(endpoint('ep_1', String(n))), lastSeq);
      await writer.append('endpoint', 'default', `ep_x${n}`, factOf(endpoint(`ep_x${n}`)), 0);
    }
    const read = async (options: { limit: number; upTo?: number }) =>
      (await readBackwards(broker, 'CONFIG', subject, options)).map(({ seq }) => seq);
    expect(await read({ limit: 10 })).toEqual([9, 7, 5, 3, 1]);
    expect(await read({ limit: 2 })).toEqual([9, 7]);
    expect(await read({ limit: 2, upTo: 6 })).toEqual([5, 3]);
    expect(await read({ limit: 2, upTo: 1 })).toEqual([1]);
    await eraseMessage(broker, 'CONFIG', 5);
    await eraseMessage(broker, 'CONFIG', 5);
    expect(await read({ limit: 10 })).toEqual([9, 7, 3, 1]);
    const none = configSubject('endpoint', 'other', 'ep_1');
    expect(await readBackwards(broker, 'CONFIG', none, { limit: 3 })).toEqual([]);
    expect(await readBackwards(broker, 'CONFIG', none, { limit: 3, upTo: 7 })).toEqual([]);
  });

  it('lets concurrent changes follow each other, none lost', async () => {
    const config = await follow();
    await writer.append('endpoint', 'default', 'ep_1', factOf(endpoint('ep_1', '')), 0);
    await config.reached(1);
    const results = await Promise.all(
      ['a', 'b', 'c'].map((letter) =>
        changeConfig({
          tables: config,
          writer,
          kind: 'endpoint',
          tenant: 'default',
          id: 'ep_1',
          decide: (state) => ({
            ok: true,
            facts: [factOf(endpoint('ep_1', `${state?.description ?? ''}${letter}`))],
          }),
        }),
      ),
    );
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect([...(config.endpoint('ep_1')?.state.description ?? '')].sort().join('')).toBe('abc');
  });

  it('creates again what was deleted, and what was purged', async () => {
    const config = await follow();
    const change = (state: EventTypeState | null) =>
      changeConfig({
        tables: config,
        writer,
        kind: 'event-type',
        tenant: 'default',
        id: 'order.created',
        decide: () => ({ ok: true, facts: [eventTypeFact(state)] }),
      });
    await change(eventType('first'));
    await change(null);
    expect(config.table('event-type').of('default')).toEqual([]);
    expect(await change(eventType('second'))).toMatchObject({ ok: true, state: { description: 'second' } });
    await change(null);
    await broker.jsm.streams.purge('CONFIG', { filter: configOfTenantFilter('default') });
    expect(await change(eventType('third'))).toMatchObject({ ok: true, state: { description: 'third' } });
    const other = await follow();
    expect(other.table('event-type').get('default', 'order.created')?.state.description).toBe('third');
  });

  it('catches up with what others wrote, however many ask', async () => {
    const config = await follow();
    for (let n = 1; n <= 50; n++) {
      await writer.append('endpoint', 'default', `ep_${n}`, factOf(endpoint(`ep_${n}`)), 0);
      await Promise.all([config.catchUp(), config.catchUp(), config.catchUp()]);
      expect(config.endpoint(`ep_${n}`)).toBeDefined();
    }
  });

  it('catches up over an end of the stream that was purged while it was not heard', async () => {
    const config = await follow();
    const other = await follow();
    await writer.append('endpoint', 'default', 'ep_1', factOf(endpoint('ep_1')), 0);
    await config.catchUp();
    for await (const { name } of broker.jsm.consumers.list('CONFIG'))
      await broker.jsm.consumers.delete('CONFIG', name);
    await writer.append('endpoint', 'default', 'ep_2', factOf(endpoint('ep_2')), 0);
    await broker.jsm.streams.purge('CONFIG', { filter: configSubject('endpoint', 'default', 'ep_2') });
    await Promise.all([config.catchUp(), other.reached(2)]);
    expect([config.sequence, other.sequence, config.endpoint('ep_2')]).toEqual([2, 2, undefined]);
    await expect(other.reached(3, 500)).rejects.toThrow('CONFIG 3 was not reached');
    await writer.append('endpoint', 'default', 'ep_3', factOf(endpoint('ep_3')), 0);
    await config.catchUp();
    expect(config.endpoint('ep_3')).toBeDefined();
  });

  it('says at once that it cannot catch up where the broker is away', async () => {
    const config = await follow();
    await nats.kill();
    await waitUntil(() => !broker.isConnected());
    await expect(config.catchUp()).rejects.toMatchObject({ kind: 'unavailable' });
    await nats.restart();
    await waitUntil(() => broker.isConnected());
    await waitUntil(async () => (await config.catchUp(), true));
  });

  it('forgets all that a deleted tenant had, for those who start later and those who follow', async () => {
    const config = await follow();
    const gone: string[] = [];
    config.onEndpointChange(({ id, entry }) => entry ?? gone.push(id));
    await writer.append('endpoint', 'acme', 'ep_1', factOf({ ...endpoint('ep_1'), tenant: 'acme' }), 0);
    await writer.append('event-type', 'acme', 'order.created', eventTypeFact(eventType('theirs')), 0);
    await writer.append('endpoint', 'default', 'ep_2', factOf(endpoint('ep_2')), 0);
    const about = { v: 1, actor: 'test', atMs: 1, state: null } as const;
    const tombstone: TenantFact = { ...about, fact: 'tenant.deleted', jobId: 'job_1' };
    const appended = await writer.append('tenant', 'acme', 'acme', tombstone, 0);
    await config.reached(appended.ok ? appended.seq : 0);
    for (const tables of [config, await follow()]) {
      expect(tables.endpoint('ep_1')).toBeUndefined();
      expect(tables.endpointsOf('acme')).toEqual([]);
      expect(tables.table('event-type').of('acme')).toEqual([]);
      expect(tables.endpoint('ep_2')).toBeDefined();
    }
    expect(gone).toEqual(['ep_1']);
    expect(config.deletedTenants.toErase()).toMatchObject([{ tenant: 'acme', jobId: 'job_1' }]);
    // by a process that did not know yet
    await writer.append('endpoint', 'acme', 'ep_3', factOf({ ...endpoint('ep_3'), tenant: 'acme' }), 0);
    const erased: TenantFact = { ...about, fact: 'tenant.erased' };
    const done = await writer.append('tenant', 'acme', 'acme', erased, appended.ok ? appended.seq : 0);
    await config.reached(done.ok ? done.seq : 0);
    expect(config.endpoint('ep_3')).toBeUndefined();
    expect(config.deletedTenants.toErase()).toEqual([]);
    expect(config.deletedTenants.get('acme')).toMatchObject({ deletedAtMs: 1, jobId: null });
  });

  it('adds subjects of events and never takes one away', async () => {
    await addEventSubjects(broker, ['github']);
    await ensureTopology(broker, { replicas: 1 });
    const { config } = await broker.jsm.streams.info('EVENTS');
    expect(config.subjects).toEqual(expect.arrayContaining(['github.>', 'order.>']));
  });

  it('refuses to boot on a stream that is not what Postel needs, in one line', async () => {
    await broker.jsm.streams.update('LOG', { max_age: 3_600_000_000_000 });
    const error: unknown = await ensureTopology(broker, { replicas: 1 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TopologyDrift);
    expect(String(error)).toContain('LOG has max_age=3600000000000');
  });

  it('is the same after the broker was killed', async () => {
    const config = await follow();
    await writer.append('endpoint', 'default', 'ep_1', factOf(endpoint('ep_1')), 0);
    await nats.kill();
    await nats.restart();
    await waitUntil(() => broker.isConnected());
    await waitUntil(
      async () => (await writer.append('endpoint', 'default', 'ep_2', factOf(endpoint('ep_2')), 0)).ok,
    );
    await waitUntil(() => config.endpoint('ep_2') !== undefined);
    expect(config.endpoint('ep_1')).toBeDefined();
  });
});
