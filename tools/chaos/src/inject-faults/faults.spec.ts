import { describe, expect, test } from '@jest/globals';
import { failpointNames, readFailpoints } from '@postel/telemetry';
import { Random } from '../random.js';
import { describeAct } from './act.js';
import { faults } from './faults.js';

const timing = (seed: number, name: string) => ({
  loadMs: 20_000,
  quick: false,
  random: new Random(seed, name),
});

describe('faults', () => {
  test('each has a name of its own', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  });

  test.each(faults.map((fault) => [fault.name, fault] as const))(
    '%s: a seed repeats it',
    (name, { acts, shape }) => {
      const once = acts(timing(1, name));
      expect(acts(timing(1, name))).toEqual(once);
      expect(once.length > 0 || shape.failpoints !== undefined).toBe(true);
      const times = once.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      for (const { act } of once) expect(describeAct(act)).toMatch(/\d/);
    },
  );

  test('another seed kills at other moments', () => {
    const random = faults.find(({ name }) => name === 'random');
    expect(random?.acts(timing(1, 'random'))).not.toEqual(random?.acts(timing(2, 'random')));
  });

  test('every failpoint has its fault, and can be read', () => {
    const texts = faults.flatMap(({ shape }) => (shape.failpoints ? [shape.failpoints.text] : []));
    const read = texts.map(readFailpoints);
    const names = read.flatMap((result) => (result.ok ? result.failpoints.map(({ name }) => name) : []));
    expect(names.sort()).toEqual([...failpointNames].sort());
  });
});
