import { expect, it } from '@jest/globals';
import { StartupError } from '../startup-error.js';
import { withPatience } from './after-a-kill.js';

function failingOnce(error: Error): () => Promise<string> {
  let starts = 0;
  return () => (++starts === 1 ? Promise.reject(error) : Promise.resolve(`start ${starts}`));
}

it.each([
  'FATAL:  pre-existing shared memory block (key 5432, ID 7) is still in use',
  'FATAL:  lock file "postmaster.pid" already exists',
  // a child of the killed one, in the log that they share
  'FATAL:  terminating connection due to unexpected postmaster exit',
])('starts again while children of a killed postmaster are there: %s', async (words) => {
  const start = failingOnce(new StartupError(`postgres ended while starting: ${words}`));
  expect(await withPatience(start)).toBe('start 2');
});

it('does not wait for what does not pass', async () => {
  const error = new StartupError('postgres ended while starting: FATAL:  could not write to file');
  await expect(withPatience(failingOnce(error))).rejects.toBe(error);
});
