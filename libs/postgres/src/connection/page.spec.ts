import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidCursor } from './errors.js';
import { cursorOf, keyOfCursor, pageOf } from './page.js';

it('reads every cursor that it made, and those of no other list', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 3 }), (key) => {
      const cursor = cursorOf('d', key);
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(keyOfCursor('d', key.length, cursor)).toEqual(key);
      expect(() => keyOfCursor('e', key.length, cursor)).toThrow(InvalidCursor);
      expect(() => keyOfCursor('d', key.length + 1, cursor)).toThrow(InvalidCursor);
    }),
  );
});

it('refuses whatever else', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^d(0|[1-9][0-9]*)$/.test(Buffer.from(text, 'base64url').toString('latin1')));
      expect(() => keyOfCursor('d', 1, text)).toThrow(InvalidCursor);
    }),
  );
});

it('ends with the last row', () => {
  const page = (rows: number[]) => pageOf(rows, 2, String, (row) => `after ${row}`);
  expect(page([3, 2, 1])).toEqual({ items: ['3', '2'], nextCursor: 'after 2' });
  expect(page([3, 2])).toEqual({ items: ['3', '2'], nextCursor: null });
  expect(page([])).toEqual({ items: [], nextCursor: null });
});
