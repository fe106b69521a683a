import { expect, it } from '@jest/globals';
import { ConfigPosition } from './config-position.js';

it('tells those who wait when it is as far as they want, and no earlier', async () => {
  const position = new ConfigPosition();
  const told: number[] = [];
  const waiting = [3, 5].map((seq) => position.reached(seq, 10_000).then(() => told.push(seq)));
  position.moveTo(2);
  await position.reached(2, 0);
  expect(told).toEqual([]);
  position.moveTo(4);
  await waiting[0];
  expect(told).toEqual([3]);
  position.moveTo(1); // a message that came late moves nothing back
  expect(position.sequence).toBe(4);
  position.moveTo(5);
  await Promise.all(waiting);
  expect(told).toEqual([3, 5]);
});

it('gives up in time, and says where it is', async () => {
  const position = new ConfigPosition();
  position.moveTo(7);
  await expect(position.reached(8, 1)).rejects.toThrow('CONFIG 8 was not reached; these tables are at 7');
});
