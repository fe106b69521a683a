import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { tempDir, type TempDir } from '@postel/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunQueue } from './run-queue.js';

let directory: TempDir;
let path: string;
beforeEach(() => {
  directory = tempDir('run-queue');
  path = join(directory.path, 'schedstat');
});
afterEach(() => directory.remove());

const waited = (ms: number) => writeFileSync(path, `91000000000 ${ms * 1e6} 4711\n`);

it('tells what part of the time since it was last asked went by waiting for a core', () => {
  waited(10_000);
  const queue = new RunQueue(path);
  expect(queue.share(1_000)).toBe(0);
  waited(10_050);
  expect(queue.share(1_250)).toBeCloseTo(0.2);
  expect(queue.share(1_500)).toBe(0);
  waited(10_300);
  expect(queue.share(1_750)).toBeCloseTo(1);
});

it('knows nothing of a moment', () => {
  waited(0);
  const queue = new RunQueue(path);
  queue.share(1_000);
  waited(50);
  expect(queue.share(1_000)).toBe(0);
});

it('finds nothing to tell on a system that does not say', () => {
  const queue = new RunQueue(join(directory.path, 'missing'));
  expect(queue.share(1_000)).toBe(0);
  writeFileSync(path, 'something else');
  expect(new RunQueue(path).share(1_000)).toBe(0);
});
