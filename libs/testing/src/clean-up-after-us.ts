import { spawn } from 'node:child_process';

const script = `
trap "" INT TERM HUP
while read -r kind what; do
  case "$kind" in
    pid) kills="$kills $what " ;;
    gone) kills=$(printf '%s' "$kills" | sed "s/ $what / /") ;;
    mount) mounts="$what $mounts" ;;
    dir) set -- "$@" "$what" ;;
  esac
done
kill -9 $kills 2>/dev/null
sleep 0.5
for mount in $mounts; do umount -l "$mount" 2>/dev/null; done
rm -rf "$@"`;

/**
 * Leaves nothing behind even when this process is killed: a shell waits at a pipe whose other end only we hold, and
 * the kernel closes it with us. Then it ends the processes, unmounts and removes what it was told of.
 */
export class CleanUpAfterUs {
  private readonly watcher = spawn('sh', ['-c', script, 'watcher'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });

  constructor() {
    this.watcher.on('error', () => undefined);
    this.watcher.stdin.on('error', () => undefined);
    this.watcher.unref();
    (this.watcher.stdin as unknown as { unref(): void }).unref(); // a pipe's handle would keep us alive
  }

  process(pid: number): void {
    this.watcher.stdin.write(`pid ${pid}\n`);
  }

  /** It has ended, and its number may be another's by now. */
  gone(pid: number): void {
    this.watcher.stdin.write(`gone ${pid}\n`);
  }

  mount(path: string): void {
    this.watcher.stdin.write(`mount ${path}\n`);
  }

  directory(path: string): void {
    this.watcher.stdin.write(`dir ${path}\n`);
  }

  /** Once everything is gone in good order. */
  callOff(): void {
    if (this.watcher.pid !== undefined) process.kill(-this.watcher.pid, 'SIGKILL');
  }
}
