import { spawn } from 'node:child_process';

/**
 * Leaves nothing behind even when this process is killed: a shell waits at a pipe whose other end only we hold, and
 * the kernel closes it with us. Then it ends the processes and removes the directories that it was told of.
 */
export class DiesWithUs {
  private readonly watcher = spawn(
    'sh',
    [
      '-c',
      'trap "" INT TERM HUP; while read -r kind what; do if [ "$kind" = pid ]; then kills="$kills $what"; else set -- "$@" "$what"; fi; done; kill -9 $kills 2>/dev/null; sleep 0.5; rm -rf "$@"',
      'watcher',
    ],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );

  constructor() {
    this.watcher.on('error', () => undefined);
    this.watcher.stdin.on('error', () => undefined);
    this.watcher.unref();
    (this.watcher.stdin as unknown as { unref(): void }).unref(); // a pipe's handle would keep us alive
  }

  process(pid: number): void {
    this.watcher.stdin.write(`pid ${pid}\n`);
  }

  directory(path: string): void {
    this.watcher.stdin.write(`dir ${path}\n`);
  }

  /** Once everything is gone in good order. */
  callOff(): void {
    if (this.watcher.pid !== undefined) process.kill(-this.watcher.pid, 'SIGKILL');
  }
}
