import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedPackages } from './debian-packages.js';
import { tempDir, type TempDir } from './temp-dir.js';

const wanted = { name: 'tool', packages: ['tool'], program: 'usr/bin/tool' };

describe('packages of Debian, unpacked into the cache', () => {
  let directory: TempDir;
  let cacheDir: string;
  const path = process.env['PATH'];
  beforeEach(() => {
    directory = tempDir('packages');
    cacheDir = join(directory.path, 'cache');
    mkdirSync(join(directory.path, 'bin'));
    process.env['PATH'] = `${join(directory.path, 'bin')}:${path}`;
  });
  afterEach(() => {
    process.env['PATH'] = path;
    directory.remove();
  });

  function fake(program: string, script: string): void {
    const file = join(directory.path, 'bin', program);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
  const asked = () => readFileSync(join(directory.path, 'asked'), 'utf8').trim().split('\n').length;
  const note = () => `echo "$@" >>${join(directory.path, 'asked')}`;

  it('are brought once by several at once, and then found', async () => {
    fake('apt-get', `${note()}; sleep 0.3; touch tool.deb`);
    fake('dpkg', 'mkdir -p "$3/usr/bin"; touch "$3/usr/bin/tool"');
    const brought = await Promise.all([1, 2, 3].map(() => unpackedPackages(wanted, cacheDir)));
    expect(brought).toEqual(Array(3).fill(join(cacheDir, 'tool')));
    expect(await unpackedPackages(wanted, cacheDir)).toBe(join(cacheDir, 'tool'));
    expect(asked()).toBe(1);
    expect(readdirSync(cacheDir)).toEqual(['tool']);
  });

  it('are asked for again with lists of our own where the system has none', async () => {
    fake('apt-get', `${note()}; case "$*" in *Lists=*) touch tool.deb;; *) exit 100;; esac`);
    fake('dpkg', 'mkdir -p "$3/usr/bin"; touch "$3/usr/bin/tool"');
    expect(await unpackedPackages(wanted, cacheDir)).toBe(join(cacheDir, 'tool'));
    expect(asked()).toBe(3);
  });

  it('are not to be had offline, which leaves nothing behind', async () => {
    fake('apt-get', 'exit 100');
    expect(await unpackedPackages(wanted, cacheDir)).toBeNull();
    expect(readdirSync(cacheDir)).toEqual([]);
  });

  it('are brought in spite of the lock of a process that is gone', async () => {
    fake('apt-get', 'touch tool.deb');
    fake('dpkg', 'mkdir -p "$3/usr/bin"; touch "$3/usr/bin/tool"');
    mkdirSync(cacheDir);
    writeFileSync(join(cacheDir, 'tool.lock'), '999999999');
    expect(await unpackedPackages(wanted, cacheDir)).toBe(join(cacheDir, 'tool'));
    expect(existsSync(join(cacheDir, 'tool.lock'))).toBe(false);
  });
});
