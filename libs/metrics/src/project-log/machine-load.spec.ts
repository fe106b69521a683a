import { expect, it } from '@jest/globals';
import { MachineLoad } from './machine-load.js';

/** @param idle share of the cores, between one look and the next */
function lookedAt(idle: readonly number[], cores = 4): boolean {
  const times = { totalMs: 0, idleMs: 0 };
  const load = new MachineLoad(() => ({ ...times }), cores);
  for (const share of idle) {
    times.totalMs += 400;
    times.idleMs += 400 * share;
    load.look();
  }
  return load.isBusy;
}

it.each<[string, readonly number[], boolean]>([
  ['is not known of a machine that was not looked at', [], false],
  ['is not there while a core is idle', [0.5, 0.5, 0.5], false],
  [
    'is there as soon as none is, however long it was idle before',
    [...Array<number>(100).fill(1), 0.05],
    true,
  ],
  ['goes on where one is idle for a moment', [0, 0, 0.2], true],
  ['ends where one is idle for longer', [0, 0, 0.2, 0.2], false],
  ['ends where all are idle for a moment', [0, 0, 1], false],
])('load %s', (_name, idle, isBusy) => {
  expect(lookedAt(idle)).toBe(isBusy);
});

it.each([
  [1, 0.45, 0.55],
  [2, 0.2, 0.3],
  [64, 0.05, 0.15],
])('of %i cores leaves room for more from half a core on, and a tenth of all', (cores, less, more) => {
  expect(lookedAt([less], cores)).toBe(true);
  expect(lookedAt([more], cores)).toBe(false);
});

it('is looked at until that is stopped', () => {
  const stopped = new AbortController();
  stopped.abort();
  let looks = 0;
  new MachineLoad(() => ({ totalMs: (looks += 1), idleMs: 0 })).watch(stopped.signal);
  expect(looks).toBe(1);
});
