import { describe, expect, it } from '@jest/globals';
import { locateTestNatsServer, tempDir } from '@postel/testing';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRepositoryFile, repositoryRoot } from '../repository.js';

const path = 'deploy/nats/nats-server.conf';

/** What nats-server itself says of it. */
async function judged(file: string): Promise<{ ok: boolean; said: string }> {
  const binary = await locateTestNatsServer();
  const { status, stderr } = spawnSync(binary, ['-t', '-c', file], { encoding: 'utf8', timeout: 20_000 });
  return { ok: status === 0, said: stderr };
}

describe(path, () => {
  it('is understood by nats-server', async () => {
    expect(await judged(join(repositoryRoot, path))).toMatchObject({ ok: true });
  });

  it('would not be, with a word that nats-server does not know', async () => {
    const directory = tempDir('nats-conf');
    const file = join(directory.path, 'nats-server.conf');
    writeFileSync(file, readRepositoryFile(path).replace(/^(\s*)sync_interval:/m, '$1sync_intervall:'));
    expect(await judged(file)).toMatchObject({ ok: false, said: expect.stringContaining('sync_intervall') });
    directory.remove();
  });

  it('syncs every write, and does not take the whole disk', () => {
    const lines = readRepositoryFile(path).split('\n');
    const set = (name: string) =>
      lines
        .find((line) => line.trim().startsWith(`${name}:`))
        ?.split(':')[1]
        ?.trim();
    expect(set('sync_interval')).toBe('always');
    expect(set('max_file_store')).toMatch(/^\d+GB$/);
    expect(set('max_memory_store')).toMatch(/^\d+MB$/);
  });

  it('is for a nats-server as new as the image of docker-compose.yml', async () => {
    const [, image] = /image: nats:(\d+\.\d+\.\d+)/.exec(readRepositoryFile('docker-compose.yml')) ?? [];
    const tested = execFileSync(await locateTestNatsServer(), ['--version'], { encoding: 'utf8' });
    expect(tested).toContain(`v${image}`);
  });
});
