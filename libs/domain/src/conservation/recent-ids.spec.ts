import { expect, it } from '@jest/globals';
import { RecentIds } from './recent-ids.js';

const idOf = (n: number) => `dlv_${n.toString(36).padStart(24, '0')}`;

it('remembers the last ids and forgets older ones', () => {
  const recent = new RecentIds(1_024);
  const added = 5_000;
  for (let n = 0; n < added; n++) recent.add(idOf(n));
  let known = 0;
  for (let n = added - 512; n < added; n++) if (recent.has(idOf(n))) known += 1;
  expect(known).toBe(512);
  let strange = 0;
  for (let n = added; n < added + 1_000; n++) if (recent.has(idOf(n))) strange += 1;
  expect(strange).toBe(0);
  expect(recent.has(idOf(0))).toBe(false);
});

it('counts an id that comes again once', () => {
  const recent = new RecentIds(16);
  recent.add(idOf(1));
  for (let n = 0; n < 100; n++) recent.add(idOf(2));
  expect(recent.has(idOf(1))).toBe(true);
});
