import { expect, it } from '@jest/globals';
import { rangeOf, testPorts } from './test-ports.js';

it('gives the workers of a run ports that do not overlap, below those of outgoing connections', () => {
  const ranges = Array.from({ length: 8 }, (_, index) => rangeOf(index + 1));
  for (const [index, [from, to]] of ranges.entries()) {
    expect(from).toBeGreaterThanOrEqual(ranges[index - 1]?.[1] ?? 11_000);
    expect(to - from).toBeGreaterThan(2_000);
    expect(to).toBeLessThanOrEqual(30_000);
  }
  expect(rangeOf(9)).toEqual(rangeOf(1));
});

it('gives as many different ports as are asked for, all of this worker', async () => {
  const [from, to] = rangeOf(Number(process.env['JEST_WORKER_ID']));
  const ports = await testPorts(20);
  expect(new Set(ports).size).toBe(20);
  expect(ports.every((port) => port >= from && port < to)).toBe(true);
});
