import { describe, expect, it } from '@jest/globals';
import type { Webhook } from '../receive-webhook/webhook.js';
import { EventRouter } from './event-router.js';

interface Order {
  readonly data: { readonly object: { readonly total: number } };
}
type Events = {
  readonly 'order.created': Order;
  readonly 'order.paid': Order;
  readonly 'user.left': { id: string };
};

function webhook(type: string): Webhook {
  const payload = { data: { object: { total: 3 } }, id: 'u_1' };
  return { id: 'evt_1', type, payload, body: Buffer.alloc(0), headers: {}, sequence: null };
}

describe('the router of events', () => {
  const router = new EventRouter<Events>()
    // typed: none of these would compile with another payload
    .on('order.created', ({ payload }) => `created ${payload.data.object.total}`)
    .on('order.*', ({ payload, type }) => `${type} ${payload.data.object.total}`)
    .on('order.item.*', ({ type }) => `item: ${type}`)
    .on('user.left', ({ payload }) => payload.id);

  it.each([
    ['order.created', 'created 3'],
    ['order.paid', 'order.paid 3'],
    ['order.item.added.twice', 'item: order.item.added.twice'],
    ['user.left', 'u_1'],
    ['order', undefined],
    ['orders.created', undefined],
    ['user.left.early', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ])('hands %s to the closest handler', (type, result) => {
    expect(router.handle(webhook(type))).toBe(result);
  });

  it('hands what nobody else takes to *', () => {
    const all = new EventRouter().on('*', ({ type }) => type).on('a.*', () => 'a');
    expect(['b', '', 'a.b', 'a'].map((type) => all.handle(webhook(type)))).toEqual(['b', '', 'a', 'a']);
  });

  it.each(['order.*.paid', '*.paid', 'ord*', 'order.created'])('refuses %s at the start', (pattern) => {
    const taken = new EventRouter().on('order.created', () => undefined);
    expect(() => taken.on(pattern, () => undefined)).toThrow(RangeError);
  });
});
