import { spawn } from 'node:child_process';

/** Calls the watch off; to be done only when the process is gone. */
export type CallOff = () => void;

/**
 * Ends a server, and removes its directory, when this process ends in whatever way, SIGKILL and an interrupted
 * Jest included. A shell waits at a pipe whose other end only we hold: the kernel closes it with us, so that
 * nothing has to be polled and no pid can be mistaken.
 */
export function diesWithUs(pid: number, directory: string): CallOff {
  const script = 'trap "" INT TERM HUP; cat >/dev/null; kill -9 "$1" 2>/dev/null; sleep 0.2; rm -rf "$2"';
  const watcher = spawn('sh', ['-c', script, 'watcher', String(pid), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  // A pipe's handle would keep the event loop, and Jest, alive.
  (watcher.stdin as unknown as { unref(): void }).unref();
  return () => {
    // The group: the shell and its `cat`.
    if (watcher.pid !== undefined) process.kill(-watcher.pid, 'SIGKILL');
  };
}
