import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEventType } from './event-type.js';
import { isId, isTenantId } from './id.js';

const word = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_]{0,9}$/).filter((text) => text !== 'postel');

describe('parseEventType', () => {
  it('takes two or more words', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 8 }), (words) => {
        const type = words.join('.');
        expect(parseEventType(type)).toEqual({ ok: true, type });
      }),
    );
  });

  it.each([
    'order',
    '',
    'order.',
    '.order',
    'order..created',
    'order created.x',
    'order.*',
    'ordér.created',
    'a.b\n',
  ])('refuses %j', (text) => {
    expect(parseEventType(text)).toMatchObject({ ok: false, code: 'invalid_event_type' });
  });

  it.each(['postel.endpoint.failing', 'postel', '_INBOX.x', '$JS.API', '$x', '_'])(
    'keeps %j for itself',
    (text) => {
      expect(parseEventType(text)).toMatchObject({ ok: false, code: 'reserved_event_type' });
    },
  );

  it.each(['postels.created', 'order.postel', 'Postel.created', 'a._b'])(
    'does not take %j for reserved',
    (text) => {
      expect(parseEventType(text).ok).toBe(true);
    },
  );

  it('takes 128 characters and no more', () => {
    expect(parseEventType(`a.${'b'.repeat(126)}`).ok).toBe(true);
    expect(parseEventType(`a.${'b'.repeat(127)}`).ok).toBe(false);
  });
});

describe('ids', () => {
  it('takes the alphabet of the contract, 1 to 64', () => {
    expect(['evt_1', 'A-z_9', 'x', 'x'.repeat(64)].every(isId)).toBe(true);
    expect(['', 'x'.repeat(65), 'a b', 'a.b', 'a:b', 'é', 'a\n'].some(isId)).toBe(false);
  });

  it('takes a tenant for its chosen name', () => {
    expect(['default', '0a', 'a_b-c', 'x'.repeat(64)].every(isTenantId)).toBe(true);
    expect(['', 'Default', '-a', '_a', 'a.b', 'x'.repeat(65), 'a\n'].some(isTenantId)).toBe(false);
  });
});
