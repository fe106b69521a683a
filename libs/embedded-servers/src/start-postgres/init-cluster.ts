import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../server-process/server-process.js';
import { StartupError } from '../startup-error.js';

export interface ClusterOptions {
  /** Holds `data` and `password`. */
  readonly directory: string;
  readonly nativeDir: string;
  readonly account: Account | undefined;
  /** False for a throwaway: no password, no sync. */
  readonly durable: boolean;
  /** Where a whole cluster lies, or will, to be copied for this one: making one takes ten times as long. */
  readonly template?: string | undefined;
}

export interface Cluster {
  readonly pgData: string;
  /** Undefined where the cluster trusts everyone who reaches it. */
  readonly password: string | undefined;
}

export const postgresUser = 'postel';
export const postgresDatabase = 'postel';

/** Makes the cluster and its database once; a cluster that is there is left as it is. */
export async function initCluster(options: ClusterOptions): Promise<Cluster> {
  const { directory, durable } = options;
  const pgData = join(directory, 'data');
  const passwordFile = join(directory, 'password');
  if (!(await exists(join(pgData, 'PG_VERSION')))) {
    if (durable) await writePassword(passwordFile, options.account);
    await placeCluster(pgData, passwordFile, options);
  }
  const password = (await exists(passwordFile)) ? (await readFile(passwordFile, 'utf8')).trim() : undefined;
  return { pgData, password };
}

/** In a directory beside it, renamed when whole: a run cut short must not leave half a cluster. */
async function placeCluster(pgData: string, passwordFile: string, options: ClusterOptions): Promise<void> {
  const { account, template } = options;
  const scratch = `${pgData}.making`;
  await rm(scratch, { recursive: true, force: true });
  await rm(pgData, { recursive: true, force: true });
  await makeDirectory(scratch, account);
  if (template === undefined) await makeCluster(scratch, passwordFile, options);
  else await copyTemplate(template, scratch, passwordFile, options);
  await rename(scratch, pgData);
}

async function copyTemplate(
  template: string,
  directory: string,
  passwordFile: string,
  options: ClusterOptions,
): Promise<void> {
  if (!(await exists(template))) {
    const scratch = await mkdtemp(`${template}.making-`);
    await giveTo(options.account, scratch);
    await makeCluster(scratch, passwordFile, options);
    // Another process may have been faster; its cluster is as good.
    await rename(scratch, template).catch(() => rm(scratch, { recursive: true, force: true }));
  }
  // By the account that will own the copy.
  await run('cp', ['-R', `${template}/.`, directory], {
    account: options.account,
    workingDirectory: directory,
  });
}

async function makeCluster(
  directory: string,
  passwordFile: string,
  { nativeDir, account, durable }: ClusterOptions,
): Promise<void> {
  const auth = durable ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`] : ['--auth=trust', '--no-sync'];
  const initdb = ['-D', directory, '-U', postgresUser, '--encoding=UTF8', '--locale=C', ...auth];
  const where = { account, workingDirectory: directory };
  await run(join(nativeDir, 'bin', 'initdb'), initdb, where);
  // Single-user mode, because there is neither psql nor a client here to do it with.
  const single = ['--single', '-D', directory, ...(durable ? [] : ['-F']), 'template1'];
  await run(join(nativeDir, 'bin', 'postgres'), single, where, `CREATE DATABASE ${postgresDatabase};\n`);
}

async function makeDirectory(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  await giveTo(account, path);
}

async function writePassword(file: string, account: Account | undefined): Promise<void> {
  await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  await giveTo(account, file);
}

export async function giveTo(account: Account | undefined, path: string): Promise<void> {
  if (account) await chown(path, account.uid >>> 0, account.gid >>> 0);
}

interface RunWhere {
  readonly account: Account | undefined;
  readonly workingDirectory: string;
}

function run(
  binary: string,
  args: readonly string[],
  { account, workingDirectory }: RunWhere,
  input = '',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, {
      cwd: workingDirectory,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(account && { uid: account.uid | 0, gid: account.gid | 0 }),
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    }
    const fail = (reason: string): void =>
      reject(new StartupError(`PostgreSQL cannot make its data directory: ${reason}`));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => {
      // Single-user mode ends with 0 even when its statement failed.
      const complaint = said.split('\n').find((line) => /\b(FATAL|ERROR|PANIC|error):/.test(line));
      if (code === 0 && complaint === undefined) resolve();
      else fail(complaint ?? said.trim().split('\n').at(-1) ?? `exit code ${code}`);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
