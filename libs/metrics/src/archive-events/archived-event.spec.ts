import { expect, it } from '@jest/globals';
import type { IncomingMessage } from '@postel/jetstream';
import { archivedEventOf } from './archived-event.js';

const news = (headers: Record<string, string>): IncomingMessage => ({
  subject: 'postel.ops.delivery_dead',
  payload: Buffer.from('{"id":"evt_1","type":"postel.delivery.dead","data":{"object":{"tenant":"acme"}}}'),
  seq: 7,
  storedAtMs: 1_700_000_000_000,
  deliveryCount: 1,
  isAgain: false,
  behind: 0,
  header: (name) => headers[name],
  headers: () => headers,
});

it('keeps what the operator is told for the operator, also where there is none', () => {
  for (const exists of [true, false]) {
    expect(archivedEventOf(news({ 'Postel-Tenant': 'operator' }), () => exists)).toMatchObject({
      tenant: 'operator',
      type: 'postel.delivery.dead',
      id: 'evt_1',
      valid: true,
    });
  }
});

it('keeps what somebody else published there as not understood', () => {
  expect(archivedEventOf(news({ 'Postel-Tenant': 'acme' }), () => true)).toMatchObject({
    tenant: 'acme',
    valid: false,
  });
});

it.each(['Postel-Tenant', 'Postel-Ordering-Key', 'Postel-Channels'])(
  'keeps an event with an empty %s as the dispatcher takes it: as without',
  (name) => {
    const message = { ...news({ 'Nats-Msg-Id': 'mine', [name]: '' }), subject: 'order.created' };
    const archived = archivedEventOf(
      { ...message, payload: Buffer.from('{"a":1}') },
      (tenant) => tenant === 'default',
    );
    expect(archived).toMatchObject({ tenant: 'default', id: 'mine', valid: true });
  },
);
