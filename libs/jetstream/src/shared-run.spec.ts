import { expect, it } from '@jest/globals';
import { SharedRun } from './shared-run.js';

/** Runs that end when they are told to. */
function heldRuns() {
  const ends: ((error?: Error) => void)[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve()));
    });
  return { ends, shared: new SharedRun(work) };
}

/** Whatever is ready to go on has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('shares the next run, never the one under way, and has one at a time', async () => {
  const { ends, shared } = heldRuns();
  const told: string[] = [];
  const ask = (name: string) => void shared.ask().then(() => told.push(name));
  ask('first');
  ask('second');
  ask('third');
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await settled();
  expect([told, ends.length]).toEqual([['first'], 2]);
  ask('fourth');
  ends[1]?.();
  await settled();
  expect([told, ends.length]).toEqual([['first', 'second', 'third'], 3]);
  ends[2]?.();
  await settled();
  expect([told, ends.length]).toEqual([['first', 'second', 'third', 'fourth'], 3]);
});

it('tells a failure to those who shared it, and runs again for the next', async () => {
  const { ends, shared } = heldRuns();
  const outcomes = [shared.ask(), shared.ask(), shared.ask()].map((run) => run.catch(String));
  ends[0]?.(new Error('away'));
  await settled();
  ends[1]?.();
  expect(await Promise.all(outcomes)).toEqual(['Error: away', undefined, undefined]);
  void shared.ask();
  await settled();
  expect(ends).toHaveLength(3);
});

it('pauses between runs, however many ask', async () => {
  let runs = 0;
  const shared = new SharedRun(() => Promise.resolve(void (runs += 1)), 60_000);
  await shared.ask();
  void shared.ask();
  void shared.ask();
  await settled();
  expect(runs).toBe(1);
});
