import { describe, expect, test } from '@jest/globals';
import { Random } from './random.js';

const ten = (random: Random) => Array.from({ length: 10 }, () => random.between(1, 1_000));

describe('random numbers', () => {
  test('a seed repeats them; another seed or purpose does not', () => {
    expect(ten(new Random(7, 'kills'))).toEqual(ten(new Random(7, 'kills')));
    expect(ten(new Random(7, 'kills'))).not.toEqual(ten(new Random(8, 'kills')));
    expect(ten(new Random(7, 'kills'))).not.toEqual(ten(new Random(7, 'delays')));
  });

  test('stay within their ends, and reach them', () => {
    const random = new Random(1);
    const seen = new Set(Array.from({ length: 500 }, () => random.between(3, 6)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6]);
    expect(['a', 'b']).toContain(random.pick(['a', 'b']));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
