import { spawn } from 'node:child_process';

/**
 * Asks a process to stop when this one is gone in whatever way, SIGKILL included: a shell waits at a pipe whose other
 * end only we hold.
 * @returns to call it off, when that process has ended
 */
export function stopsWithUs(pid: number): () => void {
  const script = 'trap "" INT TERM HUP; cat >/dev/null; kill -TERM "$1" 2>/dev/null';
  const watcher = spawn('sh', ['-c', script, 'watcher', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  return () => {
    try {
      // the group: the shell and its `cat`
      if (watcher.pid !== undefined) process.kill(-watcher.pid, 'SIGKILL');
    } catch {
      // it is gone already
    }
  };
}
