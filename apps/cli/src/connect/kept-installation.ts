import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KeptInstallation } from './connection.js';

/** What `npm start` made in this directory (`.postel/secrets.json`), so that a newcomer in the checkout needs no login. */
export interface KeptSecrets {
  readonly POSTEL_ADMIN_TOKEN?: string;
  readonly POSTEL_ENCRYPTION_KEY?: string;
  readonly POSTEL_JWT_SECRET?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

export function keptDirectory(directory: string, env: Env): string {
  return resolve(directory, env['POSTEL_DATA_DIR'] || '.postel');
}

/** @returns `null` where there are none, or none that this user may read */
export function readKeptSecrets(directory: string, env: Env): KeptSecrets | null {
  try {
    return JSON.parse(
      readFileSync(join(keptDirectory(directory, env), 'secrets.json'), 'utf8'),
    ) as KeptSecrets;
  } catch {
    return null;
  }
}

/** @returns the environment, and where it has none the ports that `npm start` had here last (`.postel/ports.json`) */
export function withKeptPorts(directory: string, env: Env): Env {
  try {
    const file = join(keptDirectory(directory, env), 'ports.json');
    const ports = JSON.parse(readFileSync(file, 'utf8')) as Env;
    const known = Object.entries(ports).map(([name, port]) => [name, env[name] || port]);
    return { ...env, ...(Object.fromEntries(known) as Env) };
  } catch {
    return env;
  }
}

/** Its API is on this machine alone: that is where the token may go. */
export function keptInstallation(directory: string, env: Env): KeptInstallation | null {
  const token = env['POSTEL_ADMIN_TOKEN'] || readKeptSecrets(directory, env)?.POSTEL_ADMIN_TOKEN;
  if (!token) return null;
  return {
    directory: keptDirectory(directory, env),
    url: `http://127.0.0.1:${env['POSTEL_PORT'] || '8080'}`,
    adminToken: token,
  };
}
