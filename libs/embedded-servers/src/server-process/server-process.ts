import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../startup-error.js';

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True when stop() asked for it. */
  readonly expected: boolean;
}

/** A server that runs as a child process of ours. */
export interface EmbeddedServer {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process is gone, whatever the cause; never rejects. */
  readonly exited: Promise<ServerExit>;
  /** Cleanly, then by force; resolves when no process remains. May be called twice. */
  readonly stop: () => Promise<void>;
  /** One signal, as fault injection does it; the exit counts as unexpected. */
  readonly kill: (signal?: NodeJS.Signals) => void;
}

/** The account a server runs as, where that is not ours. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerCommand {
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly logFile: string;
  readonly account?: Account | undefined;
  /** Sent one after the other until the process is gone, each with its patience. */
  readonly stopSequence: readonly StopStep[];
}

export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly patienceMs: number;
}

export interface ServerProcess {
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
  readonly isAlive: () => boolean;
  readonly stop: () => Promise<void>;
  readonly kill: (signal?: NodeJS.Signals) => void;
  /** What the server last said of its failure, for an error message. */
  readonly lastWords: () => string;
}

const maxLogSizeBytes = 10 * 1024 * 1024;

/**
 * Spawns the server in its own process group, so that a terminal's Ctrl-C reaches us alone and we stop it in our
 * own order.
 * @throws StartupError when the binary cannot be run
 */
export async function spawnServer(command: ServerCommand): Promise<ServerProcess> {
  const log = openLog(command.logFile);
  const child = spawn(command.binary, command.args, {
    cwd: command.workingDirectory,
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
    // int32 for spawn: `nobody` is -2 on macOS.
    ...(command.account && { uid: command.account.uid | 0, gid: command.account.gid | 0 }),
  });
  closeSync(log.descriptor);
  await spawned(child, command);
  return watch(child, command, log.startOffset);
}

function spawned(child: ChildProcess, { name, binary }: ServerCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new StartupError(`Cannot run ${name} (${binary}): ${error.message}.`)),
    );
  });
}

function watch(child: ChildProcess, command: ServerCommand, logOffset: number): ServerProcess {
  let stopping: Promise<void> | undefined;
  let alive = true;
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('exit', (code, signal) => {
      alive = false;
      resolve({ code, signal, expected: stopping !== undefined });
    });
  });
  // Whoever forgets the server should still be able to exit; stop() holds on to it.
  child.unref();

  const stop = async (): Promise<void> => {
    child.ref();
    for (const { signal, patienceMs } of command.stopSequence) {
      if (!alive) return;
      child.kill(signal);
      const gone = new AbortController();
      void exited.then(() => gone.abort());
      await sleep(patienceMs, undefined, { signal: gone.signal }).catch(() => undefined);
    }
    await exited;
  };
  return {
    pid: child.pid as number,
    exited,
    isAlive: () => alive,
    stop: () => (stopping ??= stop()),
    kill: (signal = 'SIGKILL') => void child.kill(signal),
    lastWords: () => lastWords(command.logFile, logOffset),
  };
}

function openLog(path: string): { descriptor: number; startOffset: number } {
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const keep = sizeBytes < maxLogSizeBytes;
  return { descriptor: openSync(path, keep ? 'a' : 'w', 0o600), startOffset: keep ? sizeBytes : 0 };
}

function lastWords(logFile: string, offset: number): string {
  const lines = readFileSync(logFile).subarray(offset).toString('utf8').split('\n').filter(Boolean);
  const telling = lines.filter((line) => /FATAL|\[FTL\]|\[ERR\]|error|could not|cannot/i.test(line));
  return (telling.at(-1) ?? lines.at(-1) ?? 'it said nothing').trim();
}
