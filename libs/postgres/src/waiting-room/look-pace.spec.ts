import { expect, it } from '@jest/globals';
import { LookPace } from './look-pace.js';

const selection = {
  nowMs: 0,
  limit: 2,
  partitions: [0, 1],
  defaultRoom: 1,
  rooms: new Map<string, number>(),
};

it('takes a tenth of the time, but goes on at once while there is as much as was asked for', async () => {
  let clockMs = 0;
  const pace = new LookPace(() => clockMs);
  const look = (found: readonly string[], at = selection) =>
    pace.look(at, async () => {
      clockMs += 20;
      return found;
    });
  expect(await look(['a', 'b'])).toEqual(['a', 'b']);
  expect(await look(['a'])).toEqual(['a']);
  expect(await look(['a'])).toBeNull();
  expect(await look(['a'], { ...selection, partitions: [2] })).toEqual(['a']);
  clockMs = 219;
  expect(await look(['a'])).toBeNull();
  clockMs = 220;
  expect(await look(['a'])).toEqual(['a']);
});
