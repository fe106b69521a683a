import { describe, expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

describe('options of the benchmark', () => {
  test('defaults', () => {
    expect(parseOptions([])).toMatchObject({ events: 20_000, door: 'nats', quick: false });
    expect(parseOptions(['--quick'])).toMatchObject({ events: 3_000, quick: true });
    expect(parseOptions(['--quick', '--events', '50'])).toMatchObject({ events: 50 });
  });

  test('all phases, or those asked for in the order in which they run', () => {
    expect(parseOptions([])).toMatchObject({
      phases: expect.arrayContaining(['raw', 'isolation', 'memory']),
    });
    expect(parseOptions(['--only', 'waiting,steady'])).toMatchObject({ phases: ['steady', 'waiting'] });
    expect(parseOptions(['--only', 'sleeping'])).toEqual({ fault: expect.stringContaining('"sleeping"') });
    expect(parseOptions(['--only', ''])).toHaveProperty('fault');
  });

  test('what is wrong is said in a word', () => {
    expect(parseOptions(['--events', 'many'])).toEqual({ fault: expect.stringContaining('"many"') });
    expect(parseOptions(['--events', '0'])).toHaveProperty('fault');
    expect(parseOptions(['--door', 'front'])).toEqual({ fault: expect.stringContaining('"front"') });
    expect(parseOptions(['--fast'])).toHaveProperty('fault');
    expect(parseOptions(['--help'])).toBeNull();
  });
});
