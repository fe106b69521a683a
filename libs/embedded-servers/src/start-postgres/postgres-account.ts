import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Account } from '../server-process/server-process.js';
import { StartupError } from '../startup-error.js';

/**
 * PostgreSQL refuses to run as root: then an account that the machine already has does it. No account is made.
 * @returns undefined when we are an ordinary user, who runs it himself
 */
export async function postgresAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const account = parseAccount(passwd, 'postgres') ?? parseAccount(passwd, 'nobody');
  if (account) return account;
  throw new StartupError(
    'PostgreSQL does not run as root, and this machine has neither the account postgres nor nobody: ' +
      'start Postel as an ordinary user, or set DATABASE_URL.',
  );
}

export function parseAccount(passwd: string, login: string): Account | undefined {
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${login}:`))
    ?.split(':');
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined;
}

/**
 * Whether the account may enter every directory down to the path, and has the rights (as of one octal digit of a
 * mode) on the path itself.
 */
export async function canReach(account: Account, path: string, rights: number): Promise<boolean> {
  if (!(await hasBits(account, path, rights))) return false;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (!(await hasBits(account, directory, 0o1))) return false;
    if (directory === dirname(directory)) return true;
  }
}

async function hasBits({ uid, gid }: Account, path: string, bits: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  // What does not exist yet, we make.
  if (!found) return true;
  const shift = found.uid === uid >>> 0 ? 6 : found.gid === gid >>> 0 ? 3 : 0;
  return ((found.mode >> shift) & bits) === bits;
}
