import { describe, expect, it } from '@jest/globals';
import type { Scheme } from '../verify-request/verifier.js';
import { challengeIn, readWebhook } from './webhook.js';

function read(scheme: Scheme, headers: Record<string, string | string[]>, payload: unknown) {
  return readWebhook({ headers, body: Buffer.from(JSON.stringify(payload)) }, scheme);
}

describe('what a webhook is', () => {
  it.each<[Scheme, Record<string, string>, unknown, string, string]>([
    ['standard', { 'Webhook-Id': 'evt_1' }, { type: 'order.created' }, 'evt_1', 'order.created'],
    ['timestamp-hex', { 'X-Webhook-ID': 'evt_1' }, { event: 'order.created' }, 'evt_1', 'order.created'],
    ['stripe', {}, { id: 'evt_1', type: 'charge.failed' }, 'evt_1', 'charge.failed'],
    ['github', { 'x-github-delivery': 'g', 'x-github-event': 'push' }, {}, 'g', 'push'],
    [
      'github',
      { 'x-github-delivery': 'g', 'x-github-event': 'pull_request' },
      { action: 'opened' },
      'g',
      'pull_request.opened',
    ],
    [
      'shopify',
      { 'x-shopify-webhook-id': 's', 'x-shopify-topic': 'orders/create' },
      {},
      's',
      'orders.create',
    ],
    ['slack', {}, { event_id: 'E1', event: { type: 'message' } }, 'E1', 'message'],
  ])('is said by %s with its headers and payload', (scheme, headers, payload, id, type) => {
    expect(read(scheme, headers, payload)).toMatchObject({ id, type, payload });
  });

  it('has an id made of its body where the provider gives none, and no type where nothing says it', () => {
    const webhook = read('stripe', {}, [1]);
    expect(webhook.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(webhook.type).toBe('');
    expect(read('stripe', {}, [1]).id).toBe(webhook.id);
    expect(read('stripe', {}, [2]).id).not.toBe(webhook.id);
  });

  it.each([null, 1, 'text', [], { type: 1 }, { type: null }])('has no type in %j', (payload) => {
    expect(read('standard', { 'webhook-id': 'a' }, payload).type).toBe('');
  });

  it('refuses an id that is too long to be kept', () => {
    expect(() => read('standard', { 'webhook-id': 'a'.repeat(257) }, {})).toThrow(/longer/);
    expect(read('standard', { 'webhook-id': 'a'.repeat(256) }, {}).id).toHaveLength(256);
  });

  it('reads a sequence that is one', () => {
    const sequenceOf = (text: string) => read('standard', { 'webhook-sequence': text }, {}).sequence;
    expect(['7', '0', '-1', '1.5', 'x', '9'.repeat(16)].map(sequenceOf)).toEqual([
      7,
      0,
      null,
      null,
      null,
      null,
    ]);
  });

  it('takes the first of a header that is repeated', () => {
    expect(read('standard', { 'webhook-id': ['a', 'b'] }, {}).id).toBe('a');
  });

  it('answers what Slack asks of a new URL, and nobody else', () => {
    const payload = { type: 'url_verification', challenge: 'c' };
    expect(challengeIn('slack', read('slack', {}, payload))).toBe('c');
    expect(challengeIn('standard', read('standard', {}, payload))).toBeUndefined();
    expect(challengeIn('slack', read('slack', {}, { challenge: 'c' }))).toBeUndefined();
  });
});
