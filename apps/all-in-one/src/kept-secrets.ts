import { StartupError } from '@postel/embedded-servers';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an installation of one machine needs and nobody should have to make up. */
export interface KeptSecrets {
  readonly POSTEL_ADMIN_TOKEN: string;
  readonly POSTEL_ENCRYPTION_KEY: string;
  readonly POSTEL_JWT_SECRET: string;
}

/**
 * Made once, kept in the data directory, readable by this user alone. What the environment says comes first.
 * @throws {StartupError} when what was kept cannot be read: others in its place would make all data unreadable
 */
export function keptSecrets(dataDir: string, env: Readonly<Record<string, string | undefined>>): KeptSecrets {
  const file = join(dataDir, 'secrets.json');
  const kept = existsSync(file) ? readKept(file) : {};
  const secrets: KeptSecrets = {
    POSTEL_ADMIN_TOKEN: kept.POSTEL_ADMIN_TOKEN ?? `pat_${randomBytes(24).toString('base64url')}`,
    POSTEL_ENCRYPTION_KEY: kept.POSTEL_ENCRYPTION_KEY ?? randomBytes(32).toString('base64'),
    POSTEL_JWT_SECRET: kept.POSTEL_JWT_SECRET ?? randomBytes(32).toString('base64'),
  };
  if (JSON.stringify(secrets) !== JSON.stringify(kept)) {
    writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
    chmodSync(`${file}.new`, 0o600);
    renameSync(`${file}.new`, file);
  }
  return {
    POSTEL_ADMIN_TOKEN: env['POSTEL_ADMIN_TOKEN'] || secrets.POSTEL_ADMIN_TOKEN,
    POSTEL_ENCRYPTION_KEY: env['POSTEL_ENCRYPTION_KEY'] || secrets.POSTEL_ENCRYPTION_KEY,
    POSTEL_JWT_SECRET: env['POSTEL_JWT_SECRET'] || secrets.POSTEL_JWT_SECRET,
  };
}

function readKept(file: string): Partial<KeptSecrets> {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof kept === 'object' && kept !== null) return kept;
  } catch (error) {
    // its text is in the message of what is wrong with it
    if (!(error instanceof SyntaxError)) throw new StartupError(`Cannot read ${file} (${reasonOf(error)}).`);
  }
  throw new StartupError(
    `${file} is damaged, and without the keys in it no endpoint's secret can be read: put it back from a backup.`,
  );
}

function reasonOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? error);
}
