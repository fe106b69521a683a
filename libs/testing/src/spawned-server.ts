import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServer, ServerExit } from '@postel/embedded-servers';
import { waitUntil } from './wait-until.js';

export interface SpawnOptions {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  readonly binary: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it has its data; must stand in its arguments, by which an orphan is known. */
  readonly dataDir: string;
  readonly isReady: () => Promise<boolean>;
}

const stopPatienceMs = 5_000;

/** A server that only tests start. Resolves when it is ready. @throws Error with its last words */
export async function spawnServer(options: SpawnOptions): Promise<EmbeddedServer> {
  const { name, url, port, binary, args, dataDir, env = process.env } = options;
  const logFile = join(dataDir, 'server.log');
  const log = openSync(logFile, 'a');
  const child = spawn(binary, args, { stdio: ['ignore', log, log], env });
  closeSync(log);
  let expected = false;
  let isGone = false;
  const exited = new Promise<ServerExit>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      isGone = true;
      resolve({ code, signal, expected });
    };
    child.once('error', () => end(null, null));
    child.once('exit', end);
  });
  if (child.pid !== undefined) writeFileSync(join(dataDir, 'server.pid'), `${child.pid}\n`);
  const isSettled = async () => isGone || (await options.isReady());
  await waitUntil(isSettled, { timeoutMs: 30_000 }).catch(() => child.kill('SIGKILL'));
  if (isGone || child.killed)
    throw new Error(`${name} does not start: ${readFileSync(logFile, 'utf8').slice(-500)}`);
  return {
    name,
    url,
    port,
    pid: child.pid ?? 0,
    exited,
    stop: async () => {
      expected = true;
      child.kill('SIGTERM');
      const gone = new AbortController();
      void exited.then(() => gone.abort());
      await sleep(stopPatienceMs, undefined, { signal: gone.signal }).catch(() => undefined);
      child.kill('SIGKILL'); // nothing, where it is gone
      await exited;
    },
    kill: (signal) => child.kill(signal),
  };
}
