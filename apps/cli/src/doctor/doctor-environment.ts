import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptDirectory, readKeptSecrets } from '../connect/kept-installation.js';
import type { Terminal } from '../terminal/terminal.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface DoctorEnvironment {
  /** As the services would have it. */
  readonly env: Env;
  /** For people: whose settings these are. */
  readonly of: 'the environment' | 'npm start' | 'nobody';
  /** Of the embedded nats-server. */
  readonly natsConfigFile: string | null;
}

const ofServices = [
  'NATS_URL',
  'DATABASE_URL',
  'POSTEL_ENCRYPTION_KEY',
  'POSTEL_ADMIN_TOKEN',
  'POSTEL_JWT_SECRET',
];

/**
 * The settings to look at: those of the services, where this environment has any; else those of `npm start` in this
 * directory, made and kept there; else none, for whoever has a key and no servers.
 */
export function doctorEnvironment({
  env,
  directory,
}: Pick<Terminal, 'env' | 'directory'>): DoctorEnvironment {
  if (env['NATS_URL'] || env['DATABASE_URL']) return { env, of: 'the environment', natsConfigFile: null };
  const kept = readKeptSecrets(directory, env);
  if (kept) {
    const dataDir = keptDirectory(directory, env);
    return {
      env: {
        NATS_URL: `nats://127.0.0.1:${env['POSTEL_NATS_PORT'] || '4222'}`,
        ...databaseOf(dataDir, env['POSTEL_POSTGRES_PORT'] || '5433'),
        ...kept,
        ...env,
      },
      of: 'npm start',
      natsConfigFile: join(dataDir, 'nats', 'nats-server.conf'),
    };
  }
  const any = ofServices.some((name) => env[name]);
  return { env, of: any ? 'the environment' : 'nobody', natsConfigFile: null };
}

/** The embedded PostgreSQL, with the password that was made for it. */
function databaseOf(dataDir: string, port: string): Readonly<Record<string, string>> {
  try {
    const password = readFileSync(join(dataDir, 'postgres', 'password'), 'utf8').trim();
    return { DATABASE_URL: `postgres://postel:${encodeURIComponent(password)}@127.0.0.1:${port}/postel` };
  } catch {
    return {}; // not made yet, or not for this user: the settings check says so
  }
}
