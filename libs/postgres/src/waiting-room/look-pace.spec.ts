import { expect, it } from '@jest/globals';
import { LookPace } from './look-pace.js';

it('takes its share of the time, but goes on at once while it is worth it', async () => {
  let [clockMs, tookMs] = [0, 20];
  const pace = new LookPace(1 / 10, 300, () => clockMs);
  const look = (found: string, partitions = [0, 1]) => {
    const takeLong = async () => {
      clockMs += tookMs;
      return found;
    };
    return pace.look({ partitions }, takeLong, (text) => text === 'much');
  };
  expect(await look('much')).toBe('much');
  expect(await look('little')).toBe('little');
  expect(await look('much')).toBeNull();
  expect(await look('little', [2])).toBe('little');
  clockMs = 219;
  expect(await look('much')).toBeNull();
  [clockMs, tookMs] = [220, 100];
  expect(await look('little')).toBe('little');
  clockMs = 519;
  expect(await look('much')).toBeNull();
  clockMs = 520;
  expect(await look('much')).toBe('much');
});
