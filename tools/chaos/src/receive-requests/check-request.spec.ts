import { describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { objectOf } from '../publish-events/event-kinds.js';
import { complaintAboutBody, complaintAboutTimestampHex } from './check-request.js';

const id = 'test-000001-single';
const event = { id, type: 'order.single', created: 1, data: { object: objectOf(id) } };
const bodyOf = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('a request', () => {
  test('has the body that its producer sent', () => {
    expect(complaintAboutBody(bodyOf(event), id)).toBeNull();
  });

  const { amount, ...rest } = objectOf(id);
  test.each<[string, Buffer]>([
    ['a changed byte', Buffer.from(bodyOf(event).toString().replace('9999', '9998'))],
    ['keys in another order', bodyOf({ ...event, data: { object: { ...rest, amount } } })],
    ['another id', bodyOf({ ...event, id: 'test-000002-single' })],
    ['another type', bodyOf({ ...event, type: 'order.wide' })],
    ['no object', bodyOf({ ...event, data: {} })],
    ['half a body', bodyOf(event).subarray(0, 20)],
    ['nothing', bodyOf(null)],
  ])('is told for %s', (_, body) => {
    expect(complaintAboutBody(body, id)).not.toBeNull();
  });

  test('has a signature of the second family over time and body', () => {
    const hex = createHmac('sha256', 'whsec_a')
      .update(`7.${bodyOf(event).toString()}`)
      .digest('hex');
    const headers = { 'x-webhook-timestamp': '7', 'x-webhook-signature': `v1=00,v1=${hex}` };
    expect(complaintAboutTimestampHex(headers, bodyOf(event), 'whsec_a')).toBeNull();
    expect(complaintAboutTimestampHex(headers, bodyOf(event), 'whsec_b')).not.toBeNull();
    expect(complaintAboutTimestampHex(headers, bodyOf({}), 'whsec_a')).not.toBeNull();
    expect(complaintAboutTimestampHex({}, bodyOf(event), 'whsec_a')).not.toBeNull();
  });
});
