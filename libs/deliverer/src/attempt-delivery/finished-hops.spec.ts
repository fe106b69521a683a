import { describe, expect, it } from '@jest/globals';
import { FinishedHops } from './finished-hops.js';

describe('FinishedHops', () => {
  it('remembers at least its capacity and forgets what is twice as old', () => {
    const hops = new FinishedHops(10);
    for (let n = 1; n <= 35; n++) {
      hops.add(`dlv:${n}`);
      for (let recent = Math.max(1, n - 9); recent <= n; recent++)
        expect(hops.has(`dlv:${recent}`)).toBe(true);
    }
    expect(hops.has('dlv:15')).toBe(false);
    expect(hops.has('dlv:36')).toBe(false);
  });
});
