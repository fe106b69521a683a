import { spawn } from 'node:child_process';

/** Calls the watch off; to be done when the server is gone for good. */
export type CallOff = () => void;

/**
 * Twice, for a server that was just being spawned and had no pid file yet. Where there is /proc the pid is held to
 * the command line: a pid file may be of a server that is gone.
 */
const endServers = `
trap "" INT TERM HUP
cat >/dev/null
for round in 1 2; do
  for file in "$1/nats-server.pid" "$1/data/postmaster.pid" "$1/server.pid"; do
    pid=$(head -n 1 "$file" 2>/dev/null) || continue
    [ ! -d /proc/self ] || grep -qaF "$1" "/proc/$pid/cmdline" || continue
    kill -9 "$pid"
  done
  sleep 0.5
done
rm -rf "$1"`;

/**
 * Ends the server of a directory, and removes the directory, when this process ends in whatever way, SIGKILL and
 * an interrupted Jest included. A shell waits at a pipe whose other end only we hold: the kernel closes it with
 * us, so that nothing has to be polled.
 */
export function diesWithUs(directory: string): CallOff {
  const watcher = spawn('sh', ['-c', endServers, 'watcher', directory], {
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
    if (watcher.pid !== undefined && watcher.exitCode === null && watcher.signalCode === null)
      process.kill(-watcher.pid, 'SIGKILL');
  };
}
