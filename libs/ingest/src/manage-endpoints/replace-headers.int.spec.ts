import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { noSecrets } from '@postel/contracts';
import { headersInForce } from '@postel/domain';
import { ConfigTables, ConfigWriter, connectBroker, ensureTopology, type Broker } from '@postel/jetstream';
import { LocalKeyWrapper } from '@postel/signing';
import { createLogger } from '@postel/telemetry';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import type { FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { IngestParts } from '../parts.js';
import { EndpointVault } from '../rotate-secret/endpoint-vault.js';
import { ManageEndpointsController } from './manage-endpoints.controller.js';

const [oldUrl, newUrl] = ['https://127.0.0.1/old', 'https://127.0.0.1/new'];
const [oldKey, newKey] = [{ 'x-key': 'old' }, { 'x-key': 'new' }];

/** It may end between the two facts of a change, as a process may. */
class BreakingWriter extends ConfigWriter {
  isBroken = false;
  override append(...args: Parameters<ConfigWriter['append']>): ReturnType<ConfigWriter['append']> {
    return this.isBroken ? Promise.reject(new Error('broken off')) : super.append(...args);
  }
}

let nats: TestServer;
let broker: Broker;
let writer: BreakingWriter;
let tables: ConfigTables;
let endpoints: ManageEndpointsController;
const vault = new EndpointVault(new LocalKeyWrapper(Buffer.alloc(32, 1)), randomBytes);

beforeAll(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  writer = new BreakingWriter(broker);
  tables = new ConfigTables(broker);
  await tables.start();
  let ids = 0;
  endpoints = new ManageEndpointsController({
    tables,
    writer,
    vault,
    addressRules: { allowHttp: false, allowCidrs: ['127.0.0.0/8'] },
    logger: createLogger('test', 'silent'),
    // many changes within one millisecond
    nowMs: () => 1_000,
    newId: (prefix: string) => `${prefix}_${(ids += 1)}`,
  } as unknown as IngestParts);
});
afterAll(async () => {
  await tables?.stop();
  await broker?.close();
  await nats?.stop();
  await expectNoLeaks();
});

const asking = (body?: object) =>
  ({ body, principal: { kind: 'admin', tenant: 'default', actor: 'admin' } }) as unknown as FastifyRequest;

async function created(headers: object): Promise<string> {
  const { id } = await endpoints.create(asking({ url: oldUrl, headers, events: ['*'] }));
  return id;
}

const patch = (id: string, body: object) => endpoints.update(id, asking(body));

async function patchBrokenOff(id: string, body: object): Promise<void> {
  writer.isBroken = true;
  await expect(patch(id, body)).rejects.toThrow('broken off');
  writer.isBroken = false;
}

/** What a deliverer sends, and where to. */
async function sentTo(id: string): Promise<[string, object]> {
  const endpoint = tables.endpoint(id)?.state;
  if (!endpoint) throw new Error(`there is no ${id}`);
  const sealed = headersInForce(tables.secretsOf(id)?.state ?? noSecrets, endpoint.headers.setAtMs);
  return [endpoint.url, await vault.openHeaders({ tenant: 'default', endpointId: id }, sealed)];
}

it('changes URL and headers together, or, when it is broken off, neither', async () => {
  const id = await created(oldKey);
  expect(await sentTo(id)).toEqual([oldUrl, oldKey]);
  await patchBrokenOff(id, { url: newUrl, headers: newKey });
  expect(await sentTo(id)).toEqual([oldUrl, oldKey]);
  // another change of the endpoint does not bring the headers into force
  await patch(id, { description: 'still there' });
  expect(await sentTo(id)).toEqual([oldUrl, oldKey]);
  await patch(id, { url: newUrl, headers: newKey });
  expect(await sentTo(id)).toEqual([newUrl, newKey]);
});

it('changes from none and to none as well', async () => {
  const id = await created({});
  await patchBrokenOff(id, { url: newUrl, headers: newKey });
  expect(await sentTo(id)).toEqual([oldUrl, {}]);
  await patch(id, { url: newUrl, headers: newKey });
  expect(await sentTo(id)).toEqual([newUrl, newKey]);
  await patchBrokenOff(id, { url: oldUrl, headers: {} });
  expect(await sentTo(id)).toEqual([newUrl, newKey]);
  await patch(id, { url: oldUrl, headers: {} });
  expect(await sentTo(id)).toEqual([oldUrl, {}]);
});

it('has one of two changes in force that were made at once, with its own headers', async () => {
  const id = await created(oldKey);
  const changes = [1, 2, 3].map((n) => ({ url: `${newUrl}/${n}`, headers: { 'x-key': `${n}` } }));
  const ended = await Promise.allSettled(changes.map((change) => patch(id, change)));
  expect(ended.some(({ status }) => status === 'fulfilled')).toBe(true);
  const [url, headers] = await sentTo(id);
  expect(changes).toContainEqual({ url, headers });
});

it('leaves an endpoint as it is that has these headers, whatever was broken off before', async () => {
  const id = await created(oldKey);
  await patchBrokenOff(id, { headers: newKey });
  const { revision } = tables.secretsOf(id) as { revision: number };
  await patch(id, { headers: oldKey });
  expect(tables.secretsOf(id)?.revision).toBe(revision);
  expect(await sentTo(id)).toEqual([oldUrl, oldKey]);
});

it('leaves nothing of them when it deletes the endpoint', async () => {
  const id = await created(oldKey);
  await patchBrokenOff(id, { headers: newKey });
  await endpoints.delete(id, asking());
  expect(tables.secretsOf(id)?.state ?? noSecrets).toEqual(noSecrets);
});
