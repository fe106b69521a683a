import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StartupError } from '../startup-error.js';
import { cachedBinaryPath, intoCache } from './binary-cache.js';
import { locateNatsServer, type Bringer, type LocateOptions } from './locate-nats-server.js';

let directory: string;
let cacheDir: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'postel-locate-'));
  cacheDir = join(directory, 'cache');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A program that answers --version as nats-server does. */
function fakeServer(path: string, version: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
  return path;
}

function bringer(source: 'release' | 'debian', version: string | undefined, asked: string[]): Bringer {
  return {
    source,
    bring: async () => {
      asked.push(source);
      if (version === undefined) return { ok: false, reason: 'offline' };
      return { ok: true, path: fakeServer(cachedBinaryPath(cacheDir), version), version };
    },
  };
}

function locate(options: Partial<LocateOptions>) {
  return locateNatsServer({ cacheDir, env: {}, systemDirectories: [], bringers: [], ...options });
}

describe('locating nats-server', () => {
  it('looks at POSTEL_NATS_SERVER, the PATH, the cache, the release and Debian, in this order', async () => {
    const named = fakeServer(join(directory, 'named'), '2.15.1');
    const onPath = fakeServer(join(directory, 'bin', 'nats-server'), '2.16.3');
    const cached = fakeServer(cachedBinaryPath(cacheDir), '2.15.2');
    const asked: string[] = [];
    const bringers = [bringer('release', undefined, asked), bringer('debian', '2.15.1', asked)];
    const PATH = `${join(directory, 'nothing')}:${join(directory, 'bin')}`;

    expect(await locate({ env: { POSTEL_NATS_SERVER: named, PATH }, bringers })).toEqual({
      path: named,
      version: '2.15.1',
      source: 'environment',
    });
    expect(await locate({ env: { PATH }, bringers })).toEqual({
      path: onPath,
      version: '2.16.3',
      source: 'path',
    });
    expect(await locate({ bringers })).toEqual({ path: cached, version: '2.15.2', source: 'cache' });
    expect(asked).toEqual([]);
    rmSync(cacheDir, { recursive: true });
    expect((await locate({ bringers })).source).toBe('debian');
    expect(asked).toEqual(['release', 'debian']);
  });

  it('passes over one on the PATH that is too old, and looks where Debian puts daemons', async () => {
    fakeServer(join(directory, 'bin', 'nats-server'), '2.10.29');
    const daemon = fakeServer(join(directory, 'sbin', 'nats-server'), '2.15.1');
    const found = await locate({
      env: { PATH: join(directory, 'bin') },
      systemDirectories: [join(directory, 'sbin')],
    });
    expect(found.path).toBe(daemon);
  });

  it.each([
    ['too old', '2.15.0', /^POSTEL_NATS_SERVER will not do: .*named is 2\.15\.0, older than 2\.15\.1\.$/],
    ['missing', undefined, /^POSTEL_NATS_SERVER will not do: .*named does not exist\.$/],
  ])('refuses what is named and %s, though a good one is on the PATH', async (_, version, message) => {
    const named = join(directory, 'named');
    if (version !== undefined) fakeServer(named, version);
    fakeServer(join(directory, 'bin', 'nats-server'), '2.15.1');
    const located = locate({ env: { POSTEL_NATS_SERVER: named, PATH: join(directory, 'bin') } });
    await expect(located).rejects.toThrow(message);
    await expect(located).rejects.toBeInstanceOf(StartupError);
  });

  it('tells in one line all that was tried, and how to install it', async () => {
    const old = fakeServer(join(directory, 'bin', 'nats-server'), '2.10.29');
    const bringers = [bringer('release', undefined, []), bringer('debian', undefined, [])];
    await expect(locate({ env: { PATH: join(directory, 'bin') }, bringers })).rejects.toThrow(
      `No nats-server 2.15.1 or newer found (path: ${old} is 2.10.29, older than 2.15.1; cache: none; ` +
        'release: offline; debian: offline). Install it and put it on the PATH, or set POSTEL_NATS_SERVER to its path, ' +
        'or NATS_URL to a running server.',
    );
  });
});

describe('the cache', () => {
  it('holds a whole binary when several bring one at once, and no scratch', async () => {
    const bring = async (scratchDir: string) => ({
      ok: true as const,
      path: fakeServer(join(scratchDir, 'x'), '2.15.1'),
    });
    const brought = await Promise.all([1, 2, 3, 4].map(() => intoCache(cacheDir, bring)));
    expect(brought.every(({ ok }) => ok)).toBe(true);
    expect((await locate({})).source).toBe('cache');
  });

  it('takes in nothing that is too old', async () => {
    const bring = async (scratchDir: string) => ({
      ok: true as const,
      path: fakeServer(join(scratchDir, 'x'), '2.11.0'),
    });
    expect((await intoCache(cacheDir, bring)).ok).toBe(false);
    await expect(locate({})).rejects.toThrow('cache: none');
  });
});
