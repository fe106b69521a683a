import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Jest's global setup: an empty directory for what is made once in a run and used from then on: a PostgreSQL cluster
 * to copy (libs/testing), the compiled code of the services (apps/e2e). It is of this run and of nobody else, for
 * what lies in a shared one would have to be trusted, and tidied.
 */
export default function setUp() {
  const directory = mkdtempSync(join(tmpdir(), 'postel-tests-'));
  // Where root runs the tests, PostgreSQL's account has to get through.
  chmodSync(directory, 0o711);
  process.env['POSTEL_TEST_RUN_DIR'] = directory;
  removeWhenWeDie(directory);
}

/** A shell waits at a pipe whose other end only this process holds: the kernel closes it, however we end. */
function removeWhenWeDie(directory) {
  const script = 'trap "" INT TERM HUP; cat >/dev/null; rm -rf "$1"';
  const watcher = spawn('sh', ['-c', script, 'watcher', directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  // A pipe's handle would keep Jest alive.
  watcher.stdin.unref();
}
