import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DemoFault } from '../demo-fault.js';
import { repositoryRoot } from './stack-address.js';
import { stopsWithUs } from './stops-with-us.js';

export interface AllInOneProcess {
  readonly pid: number;
  /** How it ended: a signal's name or an exit code; null while it runs. */
  ended(): string | null;
  readonly whenEnded: Promise<void>;
  /** Resolves true when it says that it is ready, false when it ends before. */
  readonly whenReady: Promise<boolean>;
  stop(): Promise<void>;
}

const stopWithinMs = 30_000;

/** Starts the five services as a process of their own. @param say gets its progress and its notices */
export function startAllInOneProcess(env: NodeJS.ProcessEnv, say: (line: string) => void): AllInOneProcess {
  const program = join(repositoryRoot, 'apps/all-in-one/dist/main.js');
  if (!existsSync(program)) throw new DemoFault('apps/all-in-one is not built: npm run build.');
  const child = spawn(process.execPath, ['--enable-source-maps', program], {
    cwd: repositoryRoot,
    env,
    // a group of its own: a Ctrl-C is for the demo, which stops it when its endpoints are removed
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid;
  if (pid === undefined) throw new DemoFault(`${program} cannot be started.`);
  const callOff = stopsWithUs(pid);
  let how: string | null = null;
  const whenEnded = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
    how = String(signal ?? `exit code ${code}`);
    callOff();
  });
  const saidReady = new Promise<true>((resolve) => {
    let ready = false;
    const onLine = (line: string) => {
      if (line.trim() === '') return;
      if (!ready || line.startsWith('!')) say(`  ${line.trim()}`);
      ready ||= line.startsWith('Postel is ready');
      if (ready) resolve(true);
    };
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
  });
  return {
    pid,
    ended: () => how,
    whenEnded,
    whenReady: Promise.race([saidReady, whenEnded.then(() => false)]),
    stop: async () => {
      if (how !== null) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await whenEnded;
      clearTimeout(late);
    },
  };
}
