import { expect, it } from '@jest/globals';
import { chunksOf } from './chunks.js';

const megabyte = 1024 * 1024;

it('splits by size and by number, and leaves out nothing', () => {
  const sizes = (rows: number[]) => [...chunksOf(rows, (row) => row * megabyte)].map((chunk) => chunk.length);
  expect(sizes([])).toEqual([]);
  expect(sizes([10, 6, 1, 40, 1])).toEqual([2, 1, 1, 1]);
  expect(sizes(Array.from({ length: 5_001 }, () => 0))).toEqual([5_000, 1]);
});
