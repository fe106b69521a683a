import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandFailure } from '../fail/command-failure.js';
import type { Profile } from './connection.js';

export interface StoredProfiles {
  readonly current: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const none: StoredProfiles = { current: 'default', profiles: {} };

export function profileFile(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'postel', 'config.json');
}

/** @throws {CommandFailure} when the file is there and cannot be understood */
export function readProfiles(file: string): StoredProfiles {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return none;
    throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    const stored = JSON.parse(text) as Partial<StoredProfiles>;
    return { current: stored.current ?? none.current, profiles: stored.profiles ?? {} };
  } catch {
    throw new CommandFailure(`${file} is not valid JSON`, 1, 'delete it, and `postel login` again');
  }
}

/** Readable by this user alone, from its first byte; a crash leaves the old one or the new one. */
export function writeProfiles(file: string, stored: StoredProfiles): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, file);
}
