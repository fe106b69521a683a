import { describe, expect, test } from '@jest/globals';
import { busyTicks } from './other-load.js';
import { parseMemory, parseStat } from './process-usage.js';

describe('what the kernel counts', () => {
  test('a process whose name looks like fields', () => {
    const text = '42 (a) b (c) S 7 42 42 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 100 1000 10';
    expect(parseStat(text)).toEqual({ parent: 7, ownTicks: 33, endedChildrenTicks: 77 });
  });

  test('memory now and at its peak', () => {
    const text = 'Name:\tnode\nVmPeak:\t 9999999 kB\nVmHWM:\t  307200 kB\nVmRSS:\t  204800 kB\n';
    expect(parseMemory(text)).toEqual({ residentMiB: 200, peakMiB: 300 });
    expect(parseMemory('Name:\tzombie\n')).toEqual({ residentMiB: 0, peakMiB: 0 });
  });

  test('idle and waiting for the disk are not busy', () => {
    expect(busyTicks('cpu  10 1 20 1000 500 3 4 5 0 0\ncpu0 1 2 3\n')).toBe(43);
  });
});
