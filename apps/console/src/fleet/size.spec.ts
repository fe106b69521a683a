import { expect, it } from '@jest/globals';
import { size } from './size.js';

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_536, '1.5 KiB'],
  [5 * 1024 ** 3, '5 GiB'],
  [3_000 * 1024 ** 4, '3000 TiB'],
])('%d bytes are %s', (sizeBytes, said) => {
  expect(size(sizeBytes)).toBe(said);
});
