import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program of ours, run as an operator runs it. */
export interface ChildProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it is gone; never rejects. */
  readonly exited: Promise<ChildExit>;
  isAlive(): boolean;
  /** All that it wrote so far, standard output and error in one. */
  output(): string;
  /** One signal; see `exited` for what comes of it. */
  signal(name: NodeJS.Signals): void;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  /** Of `dist/main.js`, below the repository. */
  readonly app: string;
  /** Another program of the app than `main`. */
  readonly program?: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Lines of shell to run when this test process dies, for what the child itself started. */
  readonly alsoWhenWeDie?: string;
}

/**
 * The environment is what is given and nothing of ours but the path, and where this run of Jest keeps compiled code, which
 * spares each of so many starts a fifth of its work: a black box has no other inputs.
 */
export async function startChild({
  name,
  app,
  program = 'main',
  args = [],
  env,
  alsoWhenWeDie,
}: ChildOptions): Promise<ChildProcess> {
  const main = join(repositoryRoot, 'apps', app, 'dist', `${program}.js`);
  const child = spawn(process.execPath, [main, ...args], {
    cwd: repositoryRoot,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...compileCache(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: string) => void (output += chunk);
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  await once(child, 'spawn');
  const pid = child.pid as number;
  const callOff = killWhenWeDie(pid, alsoWhenWeDie ?? '');
  let alive = true;
  // `close`, not `exit`: then its last words are here too
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', () => (alive = false));
    child.once('close', (code, signal) => {
      callOff();
      resolve({ code, signal });
    });
  });
  return {
    name,
    pid,
    exited,
    isAlive: () => alive,
    output: () => output,
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function compileCache(): Record<string, string> {
  const runDirectory = process.env['POSTEL_TEST_RUN_DIR'];
  return runDirectory === undefined ? {} : { NODE_COMPILE_CACHE: join(runDirectory, 'compiled') };
}

/**
 * A shell waits at a pipe whose other end only this process holds: the kernel closes it with us, however we end, and no
 * service is left over. @returns what calls the watch off
 */
function killWhenWeDie(pid: number, also: string): () => void {
  const script = `trap "" INT TERM HUP; cat >/dev/null; kill -9 "$1" 2>/dev/null\n${also}`;
  const watcher = spawn('sh', ['-c', script, 'watcher', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  // a pipe's handle would keep Jest alive
  (watcher.stdin as unknown as { unref(): void }).unref();
  return () => {
    // the group: the shell and its `cat`
    if (watcher.pid !== undefined) process.kill(-watcher.pid, 'SIGKILL');
  };
}
