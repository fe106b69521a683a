import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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
  const stored = storedIn(text);
  if (stored) return stored;
  throw new CommandFailure(
    `${file} is no file of \`postel login\``,
    1,
    'delete it, and `postel login` again',
  );
}

/** @returns `null` for what `postel login` has not written */
function storedIn(text: string): StoredProfiles | null {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(stored)) return null;
  const { current = none.current, profiles = none.profiles } = stored;
  return typeof current === 'string' && areProfiles(profiles) ? { current, profiles } : null;
}

function areProfiles(value: unknown): value is StoredProfiles['profiles'] {
  return isRecord(value) && Object.values(value).every(isProfile);
}

function isProfile(value: unknown): value is Profile {
  if (!isRecord(value)) return false;
  const { url, token, tenant } = value;
  return (
    typeof url === 'string' && typeof token === 'string' && (tenant === null || typeof tenant === 'string')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Readable by this user alone, from its first byte; a crash leaves the old one or the new one.
 * @throws {CommandFailure} when it cannot be written
 */
export function writeProfiles(file: string, stored: StoredProfiles): void {
  const next = `${file}.${process.pid}.new`;
  try {
    makePrivateDirectory(dirname(file));
    writeFileSync(next, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
    chmodSync(next, 0o600);
    renameSync(next, file);
  } catch (error) {
    throw new CommandFailure(`${file} cannot be written: ${(error as Error).message}`);
  }
}

/** With what is missing above it. Node's own `recursive` never ends where nothing can be made, as in /proc. */
function makePrivateDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makePrivateDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}
