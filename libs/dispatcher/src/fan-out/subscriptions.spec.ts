import { expect, it } from '@jest/globals';
import type { EndpointState } from '@postel/contracts';
import { EventView } from '@postel/domain';
import type { ConfigTables, EndpointChange, EndpointEntry } from '@postel/jetstream';
import { Subscriptions } from './subscriptions.js';

class Tables {
  private readonly entries = new Map<string, EndpointEntry>();
  private listener: (change: EndpointChange) => void = () => undefined;

  readonly asTables = {
    endpoint: (id: string) => this.entries.get(id),
    onEndpointChange: (listener: (change: EndpointChange) => void) => (this.listener = listener),
  } as unknown as ConfigTables;

  put(id: string, state: Partial<EndpointState>, tenant = 'default'): void {
    const whole = { id, tenant, status: 'active', events: ['*'], channels: [], filter: null, ...state };
    const entry = { state: whole as unknown as EndpointState, revision: 1 };
    const previous = this.entries.get(id)?.state ?? null;
    this.entries.set(id, entry);
    this.listener({ id, tenant, entry, previous });
  }

  remove(id: string, tenant = 'default'): void {
    const previous = this.entries.get(id)?.state ?? null;
    this.entries.delete(id);
    this.listener({ id, tenant, entry: null, previous });
  }
}

const view = () => new EventView('{}');

it('sees every change of an endpoint, also of a type that was asked for before', () => {
  const tables = new Tables();
  const subscriptions = new Subscriptions(tables.asTables);
  const found = (type: string, channels: string[] = [], tenant = 'default') =>
    subscriptions.match(tenant, { type, channels, view }).map(({ state }) => `${state.id} ${state.url}`);
  expect(found('order.created')).toEqual([]);
  tables.put('ep_1', { url: 'a', events: ['order.created'] });
  tables.put('ep_2', { url: 'a', events: ['order.created'] }, 'acme');
  expect(found('order.created')).toEqual(['ep_1 a']);
  expect(found('order.created', [], 'acme')).toEqual(['ep_2 a']);
  tables.put('ep_1', { url: 'b', events: ['order.created'] });
  expect(found('order.created')).toEqual(['ep_1 b']);
  tables.put('ep_1', { url: 'b', events: ['order.paid'] });
  expect(found('order.created')).toEqual([]);
  tables.put('ep_1', { url: 'b', events: ['order.created'], status: 'disabled' });
  expect(found('order.created')).toEqual([]);
  tables.put('ep_1', { url: 'b', events: ['order.created'], channels: ['blue'] });
  expect(found('order.created')).toEqual([]);
  expect(found('order.created', ['blue'])).toEqual(['ep_1 b']);
  expect(found('order.created')).toEqual([]);
  tables.remove('ep_1');
  expect(found('order.created', ['blue'])).toEqual([]);
});

it('asks each event where a filter looks at it, and remembers none of these answers', () => {
  const tables = new Tables();
  const subscriptions = new Subscriptions(tables.asTables);
  tables.put('ep_all', {});
  tables.put('ep_paid', { events: ['order.*'], filter: { 'data.object.paid': true } });
  const found = (type: string, paid: boolean) =>
    subscriptions
      .match('default', {
        type,
        channels: [],
        view: () => new EventView(JSON.stringify({ data: { object: { paid } } })),
      })
      .map(({ state }) => state.id);
  expect(found('order.created', false)).toEqual(['ep_all']);
  expect(found('order.created', true)).toEqual(['ep_all', 'ep_paid']);
  expect(found('order.created', false)).toEqual(['ep_all']);
  expect(found('user.created', true)).toEqual(['ep_all']);
});
