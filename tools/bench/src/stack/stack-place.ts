import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from './repository-root.js';

/** What stays the same over a restart: the data and the secrets. On the repository's disk, for fsyncs to be real. */
export class StackPlace {
  readonly dataDir = makeDataDir();
  readonly masterKey = randomBytes(32);
  readonly token = `pat_${randomBytes(24).toString('base64url')}`;
  private readonly elsewhere = new Set<string>();

  readonly env: Readonly<Record<string, string>> = {
    POSTEL_DATA_DIR: join(this.dataDir, 'postel'),
    POSTEL_ADMIN_TOKEN: this.token,
    POSTEL_ENCRYPTION_KEY: this.masterKey.toString('base64'),
    POSTEL_JWT_SECRET: randomBytes(32).toString('base64'),
    POSTEL_ALLOW_CIDRS: '127.0.0.0/8',
    POSTEL_ALLOW_HTTP: 'true',
    POSTEL_STOP_GRACE_SECONDS: '0',
    POSTEL_HOST: '127.0.0.1',
  };

  /** Root's PostgreSQL keeps its files elsewhere when its account cannot enter the repository: those go too. */
  notePostgres(pid: number): void {
    try {
      const place = dirname(readlinkSync(`/proc/${pid}/cwd`));
      if (!place.startsWith(this.dataDir)) this.elsewhere.add(place);
    } catch {
      // no /proc on this system
    }
  }

  /** Once everything that uses it has stopped. */
  remove(): void {
    for (const path of [this.dataDir, ...this.elsewhere]) {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

function makeDataDir(): string {
  const parent = join(repositoryRoot, '.postel');
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, 'bench-'));
  chmodSync(path, 0o711); // where root runs it, PostgreSQL's account has to get through
  return path;
}
