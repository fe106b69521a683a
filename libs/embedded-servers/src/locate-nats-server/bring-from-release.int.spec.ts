import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { archiveName, bringFromRelease } from './bring-from-release.js';
import { freePort } from '../ports.js';

const name = archiveName(process.platform, process.arch) ?? 'none';
let directory: string;
let server: Server;
let sums: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'postel-release-'));
  mkdirSync(join(directory, name));
  writeFileSync(join(directory, name, 'nats-server'), '#!/bin/sh\necho "nats-server: v2.15.1"\n');
  chmodSync(join(directory, name, 'nats-server'), 0o755);
  execFileSync('tar', ['-czf', join(directory, 'archive'), '-C', directory, name]);
  const archive = readFileSync(join(directory, 'archive'));
  sums = `${createHash('sha256').update(archive).digest('hex')}  ${name}.tar.gz\n`;
  server = createServer((request, response) => {
    if (request.url === '/SHA256SUMS') response.end(sums);
    else if (request.url === `/${name}.tar.gz`) response.end(archive);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

function bring(path = '', port = (server.address() as AddressInfo).port) {
  const baseUrl = `http://127.0.0.1:${port}${path}`;
  return bringFromRelease({ cacheDir: join(directory, 'cache'), onProgress: () => undefined, baseUrl });
}

describe('the release archive', () => {
  it('is unpacked into the cache when its checksum is right', async () => {
    expect(await bring()).toMatchObject({ ok: true, version: '2.15.1' });
  });

  it('is refused when its checksum is not', async () => {
    const right = sums;
    sums = `${'0'.repeat(64)}  ${name}.tar.gz\n`;
    expect(await bring()).toEqual({
      ok: false,
      reason: `${name}.tar.gz does not have the checksum of its release`,
    });
    sums = `${right.slice(0, 64)}  other.tar.gz\n`;
    expect(await bring()).toEqual({ ok: false, reason: `${name}.tar.gz has no checksum in SHA256SUMS` });
    sums = right;
  });

  it('that is not there, or whose host is not, is a reason to go on', async () => {
    expect(await bring('/missing')).toMatchObject({ ok: false, reason: expect.stringContaining('HTTP 404') });
    expect(await bring('', await freePort())).toMatchObject({
      ok: false,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
