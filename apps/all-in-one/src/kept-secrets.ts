import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an installation of one machine needs and nobody should have to make up. */
export interface KeptSecrets {
  readonly POSTEL_ADMIN_TOKEN: string;
  readonly POSTEL_ENCRYPTION_KEY: string;
  readonly POSTEL_JWT_SECRET: string;
}

/** Made once, kept in the data directory, readable by this user alone. What the environment says comes first. */
export function keptSecrets(dataDir: string, env: Readonly<Record<string, string | undefined>>): KeptSecrets {
  const file = join(dataDir, 'secrets.json');
  const kept: Partial<KeptSecrets> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as KeptSecrets)
    : {};
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
