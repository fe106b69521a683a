import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { maxDiscoveredTypes, type EventTypeState } from '@postel/contracts';
import type { AcceptedEvent } from '@postel/domain';
import { connectBroker, ConfigTables, ConfigWriter, ensureTopology, type Broker } from '@postel/jetstream';
import { startTestNats, type TestServer } from '@postel/testing';
import { EventTypeRules } from './event-type-rules.js';

const event = (type: string): AcceptedEvent => ({
  id: 'evt_1',
  type,
  createdSec: 1,
  channels: [],
  envelope: Buffer.from('{"data":{"object":{}}}'),
});

describe('EventTypeRules', () => {
  let nats: TestServer;
  let broker: Broker;
  let all: { tables: ConfigTables; rules: EventTypeRules }[];
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
    all = await Promise.all(
      [1, 2].map(async () => {
        const tables = new ConfigTables(broker);
        await tables.start();
        return {
          tables,
          rules: new EventTypeRules({ tables, writer: new ConfigWriter(broker), nowMs: () => 1 }),
        };
      }),
    );
  });
  afterEach(async () => {
    await Promise.all(all.map(({ tables }) => tables.stop()));
    await broker.close();
    await nats.stop();
  });

  it('brings a new type in once, however many processes use it at the same moment', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        await all[n % 2]?.rules.admit('default', event('lunch.served'), 'admin');
      }),
    );
    expect((await broker.jsm.streams.info('CONFIG')).state.messages).toBe(1);
    for (const { rules } of all) {
      await rules.admit('default', event('lunch.served'), 'admin');
      // in force where it was asked for: nothing to wait for any more
    }
    expect(
      all.some(({ rules }) => rules.admit('default', event('lunch.served'), 'admin') === undefined),
    ).toBe(true);
    expect((await broker.jsm.streams.info('CONFIG')).state.messages).toBe(1);
  });

  it('takes a standard type without a fact', async () => {
    expect(all[0]?.rules.admit('default', event('order.created'), 'admin')).toBeUndefined();
    expect((await broker.jsm.streams.info('CONFIG')).state.messages).toBe(0);
  });

  it('lets no more types come in by use than the bound, and takes the events of others all the same', async () => {
    const [first] = all;
    const table = first?.tables.table('event-type');
    for (let n = 0; n < maxDiscoveredTypes; n++) {
      const state = { name: `many.t${n}`, tenant: 'default', origin: 'discovered' } as EventTypeState;
      table?.apply('default', state.name, { state, revision: n + 1 });
    }
    const before = (await broker.jsm.streams.info('CONFIG')).state.last_seq;
    for (let n = 0; n < 3; n++)
      expect(first?.rules.admit('default', event('many.more'), 'admin')).toBeUndefined();
    expect((await broker.jsm.streams.info('CONFIG')).state.last_seq).toBe(before);
    expect(first?.rules.admit('default', event('many.t1'), 'admin')).toBeUndefined();
  });
});
