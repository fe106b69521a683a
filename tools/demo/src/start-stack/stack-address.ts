import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoFault } from '../demo-fault.js';

export const repositoryRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/** Where Postel is, or will be, by the same variables that it reads itself. */
export interface StackAddress {
  readonly url: string;
  readonly natsUrl: string;
  readonly dataDir: string;
  /** Someone named it: then it is there, and none is started. */
  readonly named: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

export function stackAddress(env: Env): StackAddress {
  const named = Boolean(env['POSTEL_URL']);
  return {
    url: (env['POSTEL_URL'] || `http://127.0.0.1:${env['POSTEL_PORT'] || '8080'}`).replace(/\/+$/, ''),
    natsUrl: env['NATS_URL'] || `nats://127.0.0.1:${env['POSTEL_NATS_PORT'] || '4222'}`,
    dataDir: resolve(repositoryRoot, env['POSTEL_DATA_DIR'] || '.postel'),
    named,
  };
}

/** @throws {DemoFault} */
export function adminToken(env: Env, { dataDir }: StackAddress): string {
  if (env['POSTEL_ADMIN_TOKEN']) return env['POSTEL_ADMIN_TOKEN'];
  const file = join(dataDir, 'secrets.json');
  const hint = 'set POSTEL_ADMIN_TOKEN, or POSTEL_DATA_DIR to the directory of the running Postel';
  if (!existsSync(file)) throw new DemoFault(`A Postel is running, but ${file} is not there: ${hint}.`);
  try {
    const { POSTEL_ADMIN_TOKEN: token } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    if (typeof token === 'string') return token;
  } catch {
    // told below
  }
  throw new DemoFault(`${file} cannot be read: ${hint}.`);
}
