import { expect, it } from '@jest/globals';
import { gatherMs } from './gather-ms.js';

it('waits for more as long as writing is slow, within bounds, and hardly where something is due', () => {
  expect([0, 12.5, 50, 125, 3_000].map((writingMs) => gatherMs(writingMs))).toEqual([50, 50, 200, 500, 500]);
  expect(gatherMs(3_000, true)).toBe(50);
});
