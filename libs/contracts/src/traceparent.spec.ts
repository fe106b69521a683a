import { describe, expect, it } from '@jest/globals';
import { passedOn, readTraceparent } from './traceparent.js';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('is read', () => {
    expect(readTraceparent(`00-${trace}-${span}-01`)).toEqual({
      traceId: trace,
      spanId: span,
      isSampled: true,
    });
    expect(readTraceparent(`00-${trace}-${span}-00`)?.isSampled).toBe(false);
    // other flags are not ours
    expect(readTraceparent(`00-${trace}-${span}-02`)?.isSampled).toBe(false);
    expect(readTraceparent(`00-${trace}-${span}-03`)?.isSampled).toBe(true);
  });

  it('of a later version is read as far as it is known, and handed on as ours', () => {
    expect(passedOn(`01-${trace}-${span}-01-more`)).toBe(`00-${trace}-${span}-01`);
    expect(passedOn(`cc-${trace}-${span}-01`)).toBe(`00-${trace}-${span}-01`);
  });

  it.each([
    ['absent', undefined],
    ['given twice', [`00-${trace}-${span}-01`]],
    ['empty', ''],
    ['of the version that there is not', `ff-${trace}-${span}-01`],
    ['without a trace', `00-${'0'.repeat(32)}-${span}-01`],
    ['without a parent', `00-${trace}-${'0'.repeat(16)}-01`],
    ['in capitals', `00-${trace.toUpperCase()}-${span}-01`],
    ['too long', `00-${trace}-${span}-01-more`],
    ['with another header in it', `00-${trace}-${span}-01\r\nx: y`],
    ['in another alphabet', 'ключ'],
  ])('that is %s is none', (_name, text) => {
    expect(passedOn(text)).toBeUndefined();
  });
});
