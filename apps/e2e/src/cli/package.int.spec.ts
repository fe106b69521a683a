import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tempDir, type TempDir } from '@postel/testing';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../harness/child-process.js';
import { runCommand } from '../harness/command-line.js';

const run = promisify(execFile);

describe('the package that is published', () => {
  let place: TempDir;
  let program: string;

  beforeAll(async () => {
    place = tempDir('cli-package');
    const from = join(repositoryRoot, 'apps', 'cli');
    // `npm test` compiles and does not bundle
    await run(process.execPath, [join(from, 'bundle.mjs')]);
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', place.path], { cwd: from });
    const [tarball = ''] = readdirSync(place.path);
    await run('tar', ['-xzf', tarball], { cwd: place.path });
    program = join(place.path, 'package', 'bin', 'postel.mjs');
  });
  afterAll(() => place?.remove());

  const postel = (words: readonly string[], env: Record<string, string> = {}) =>
    runCommand(words, { env, directory: place.path, program });

  it('needs no other package, and holds what the licences of those in it ask for', () => {
    const root = join(place.path, 'package');
    const { dependencies, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies?: object;
      version: string;
    };
    expect(dependencies).toBeUndefined();
    expect(version).toBe(JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')).version);
    const licences = readFileSync(join(root, 'dist', 'bundle', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'pg', '@nats-io/nats-core'])
      expect(licences).toMatch(new RegExp(`^${name} `, 'm'));
  });

  it('runs by itself, far from any checkout', async () => {
    expect(await postel(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    const { code, out } = await postel(['--help']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/listen/) });
  });

  it('says that its output cannot be written', async () => {
    const intoFull = 'exec "$0" "$1" --help > /dev/full';
    await expect(run('sh', ['-c', intoFull, process.execPath, program])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^postel: the output cannot be written: ENOSPC.*\n$/),
    });
  });

  it('lists what an API has', async () => {
    const endpoint = {
      id: 'ep_1',
      url: 'https://x.test/',
      status: 'active',
      events: ['*'],
      description: '',
      circuit: { state: 'closed' },
    };
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: [endpoint], nextCursor: null }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const { code, out } = await postel(['endpoints', 'list'], { POSTEL_URL: url, POSTEL_TOKEN: 'pk_1' });
      expect({ code, out }).toEqual({
        code: 0,
        out: expect.stringMatching(/^ID .*\nep_1 +active +\* +https:\/\/x\.test/),
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('brings the clients of NATS and PostgreSQL along for doctor', async () => {
    const { code, out } = await postel(['doctor'], {
      NATS_URL: 'nats://127.0.0.1:1',
      DATABASE_URL: 'postgres://x@127.0.0.1:1/x',
      POSTEL_URL: 'http://127.0.0.1:1',
    });
    expect(code).toBe(1);
    expect(out).toMatch(/no NATS server answers/);
    expect(out).toMatch(/Cannot reach PostgreSQL/);
  });

  it('completes for the shells', async () => {
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      expect(await postel(['completion', shell])).toMatchObject({
        code: 0,
        out: expect.stringMatching(/postel/),
      });
    }
    expect((await postel(['complete', '--', 'deliveries', 'list', '--status', ''])).out).toMatch(
      /^succeeded/m,
    );
  });
});
