import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { storableJson, storableKey, storableText, storableTime } from './storable.js';

it('replaces what text cannot hold', () => {
  expect(storableText('a\0b\ud800c')).toBe('a\uFFFDb\uFFFDc');
  expect(storableKey('\u{1f600}'.repeat(300)).length).toBe(256);
});

it('leaves no escape in JSON that jsonb refuses, and everything else as it is', () => {
  expect(JSON.parse(storableJson({ 'k\0': ['\ud800', { deep: 'x\0' }], n: 1, none: null }))).toEqual({
    'k\uFFFD': ['\uFFFD', { deep: 'x\uFFFD' }],
    n: 1,
    none: null,
  });
  expect(storableJson({ literal: '\\u0000' })).toBe('{"literal":"\\\\u0000"}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(/(^|[^\\])(\\\\)*\\u(0000|d[89a-f])/i.test(storableJson(value))).toBe(false);
    }),
  );
});

it('keeps times within what a timestamptz and a Date can both be', () => {
  const stored = (timeMs: number) => new Date(storableTime(timeMs)).toISOString();
  expect(stored(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(stored(1.9)).toBe('1970-01-01T00:00:00.001Z');
  expect(stored(Number.MAX_SAFE_INTEGER)).toBe('9999-12-31T23:59:59.999Z');
  expect(stored(-Infinity)).toBe('0001-01-01T00:00:00.000Z');
  expect(stored(NaN)).toBe('1970-01-01T00:00:00.000Z');
});
