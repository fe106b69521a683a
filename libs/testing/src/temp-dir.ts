import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir {
  readonly path: string;
  remove(): void;
}

/** An empty directory of its own; the caller removes it. */
export function tempDir(purpose = 'test', place = tmpdir()): TempDir {
  const path = mkdtempSync(join(place, `postel-${purpose}-`));
  // Where root runs the tests, PostgreSQL's account has to get through.
  chmodSync(path, 0o711);
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
