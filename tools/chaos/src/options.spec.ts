import { describe, expect, test } from '@jest/globals';
import { faults } from './inject-faults/faults.js';
import { parseOptions, usage } from './options.js';

describe('options of fault injection', () => {
  test('defaults: every fault', () => {
    expect(parseOptions([])).toEqual({
      only: faults.map(({ name }) => name),
      seed: 1,
      seconds: 20,
      rate: 150,
      quick: false,
      json: false,
    });
    expect(parseOptions(['--quick', '--only', 'random, kill-nats', '--seed', '7'])).toMatchObject({
      only: ['kill-nats', 'random'],
      seconds: 8,
      seed: 7,
    });
  });

  test('what is wrong is said in a word', () => {
    expect(parseOptions(['--only', 'kill-time'])).toEqual({ fault: expect.stringContaining('"kill-time"') });
    expect(parseOptions(['--rate', 'much'])).toEqual({ fault: expect.stringContaining('"much"') });
    expect(parseOptions(['--seconds', '0'])).toHaveProperty('fault');
    expect(parseOptions(['--loud'])).toHaveProperty('fault');
    expect(parseOptions(['--help'])).toBeNull();
    for (const { name } of faults) expect(usage).toContain(name);
  });
});
