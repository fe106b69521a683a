import type { EventTypeSettings, JsonObject } from './event-type.js';

function standard(description: string, example: JsonObject): EventTypeSettings {
  return { description, deprecated: false, schema: null, examples: [example], versions: [] };
}

const order = { id: 'ord_abc123', status: 'pending', amount: 9999, currency: 'EUR', customer: 'cus_xyz789' };
const payment = { id: 'pay_def456', order: 'ord_abc123', amount: 9999, currency: 'EUR' };
const user = { id: 'usr_ghi789', email: 'ada@example.com', name: 'Ada' };
const invoice = { id: 'inv_jkl012', number: '2024-0042', amount: 9999, currency: 'EUR' };

/**
 * The types that every tenant's catalogue has from the first start, without a fact (contract: Front doors). They have no
 * schema: what is in them is the producer's business, until someone puts one.
 */
export const standardEventTypes: Readonly<Record<string, EventTypeSettings>> = {
  'order.created': standard('An order was placed.', order),
  'order.updated': standard('An order was changed.', { ...order, status: 'confirmed' }),
  'order.cancelled': standard('An order was cancelled.', { ...order, status: 'cancelled' }),
  'payment.succeeded': standard('A payment went through.', { ...payment, status: 'succeeded' }),
  'payment.completed': standard('A payment was settled.', { ...payment, status: 'completed' }),
  'payment.failed': standard('A payment was refused.', {
    ...payment,
    status: 'failed',
    reason: 'card_declined',
  }),
  'user.registered': standard('A user signed up.', user),
  'user.updated': standard('A user was changed.', { ...user, name: 'Ada Lovelace' }),
  'user.deleted': standard('A user was deleted.', { id: user.id }),
  'invoice.issued': standard('An invoice was issued.', { ...invoice, status: 'open' }),
  'invoice.paid': standard('An invoice was paid.', { ...invoice, status: 'paid' }),
  'shipment.created': standard('A shipment is on its way.', {
    id: 'shp_mno345',
    order: 'ord_abc123',
    carrier: 'dhl',
    trackingNumber: '00340434292135100186',
  }),
  'refund.processed': standard('Money was paid back.', { ...payment, id: 'ref_pqr678', payment: payment.id }),
  'webhook.test': standard('A test event, sent to one endpoint alone.', {
    message: 'A test event from Postel.',
  }),
};
