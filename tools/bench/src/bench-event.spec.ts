import { describe, expect, test } from '@jest/globals';
import { benchEvent, benchTypes, eventBytes, numberMark } from './bench-event.js';

describe('the events of the benchmark', () => {
  test('all have the same size, and their number can be found in them', () => {
    for (const type of [benchTypes.unmatched, benchTypes.single(9), benchTypes.fanOut(3)]) {
      const text = benchEvent(type, 12_345);
      expect(Buffer.byteLength(text)).toBe(eventBytes);
      expect(JSON.parse(text)).toMatchObject({ type, data: { object: { amount: 9999 } } });
      expect(text).toContain(`${numberMark}00012345"`);
    }
  });
});
