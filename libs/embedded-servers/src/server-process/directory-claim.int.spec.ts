import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDirectory } from './directory-claim.js';

/** No process has it: Linux gives at most 4,194,304. */
const deadPid = 99_999_999;

describe('a directory', () => {
  it.each([
    ['that nobody had', null],
    ['whose process was killed', `${deadPid} 5f0c 123`],
  ])('%s is claimed by one of those who want it at once', async (_, left) => {
    for (let round = 0; round < 20; round += 1) {
      const directory = mkdtempSync(join(tmpdir(), 'postel-claim-'));
      try {
        if (left !== null) writeFileSync(join(directory, 'claimed-by'), left);
        const claims = await Promise.allSettled(
          Array.from({ length: 4 }, () => claimDirectory(directory, 'nats-server')),
        );
        expect(claims.map(({ status }) => status).sort()).toEqual([
          'fulfilled',
          'rejected',
          'rejected',
          'rejected',
        ]);
        expect(readdirSync(directory)).toEqual(['claimed-by']);
        for (const claim of claims) if (claim.status === 'fulfilled') await claim.value();
        expect(readdirSync(directory)).toEqual([]);
      } finally {
        rmSync(directory, { recursive: true });
      }
    }
  });
});
