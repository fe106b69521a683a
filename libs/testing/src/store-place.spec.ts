import { expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { storePlace } from './store-place.js';

it('keeps files on the disk where memory is scarce', () => {
  expect(storePlace(1024 ** 3)).toBe(tmpdir());
  expect(['/dev/shm', tmpdir()]).toContain(storePlace());
});
