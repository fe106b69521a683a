import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tempDir, type TempDir } from '@postel/testing';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOfBackup } from './backup-job.js';

describe('what a backup on Kubernetes leaves on its volume', () => {
  let volume: TempDir;
  beforeEach(() => {
    volume = tempDir('backups');
    mkdirSync(join(volume.path, 'lost+found'));
  });
  afterEach(() => volume.remove());

  const clean = () => {
    const [program, ...args] = commandOfBackup('backup', 'older-ones', {});
    execFileSync(program, args, { cwd: volume.path });
  };

  function backUp(name: string, { ageHours, whole }: { ageHours: number; whole: boolean }): void {
    writeFileSync(join(volume.path, `${name}.dump`), '');
    mkdirSync(join(volume.path, name));
    const last = join(volume.path, name, whole ? 'manifest.json' : 'EVENTS');
    writeFileSync(last, '');
    const seconds = Date.now() / 1_000 - ageHours * 3_600;
    utimesSync(last, seconds, seconds);
  }

  it('is the seven newest, and what is not its own', () => {
    for (let night = 0; night < 9; night++)
      backUp(`backup-${29_000_000 - night}-x`, { ageHours: night * 24, whole: true });
    clean();
    const kept = [0, 1, 2, 3, 4, 5, 6].flatMap((night) => [
      `backup-${29_000_000 - night}-x`,
      `backup-${29_000_000 - night}-x.dump`,
    ]);
    expect(readdirSync(volume.path).sort()).toEqual([...kept, 'lost+found'].sort());
  });

  it('is the first one, and nothing of one that failed', () => {
    backUp('backup-2-failed', { ageHours: 1, whole: false });
    writeFileSync(join(volume.path, 'backup-3-failed.dump'), '');
    backUp('backup-4-whole', { ageHours: 0, whole: true });
    clean();
    expect(readdirSync(volume.path).sort()).toEqual(['backup-4-whole', 'backup-4-whole.dump', 'lost+found']);
  });
});
