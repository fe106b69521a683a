import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServer } from './server-process/server-process.js';

export interface SuperviseOptions {
  /** Starts the server on the port; 0 takes a free one. Later starts get the port of the first. */
  readonly start: (port: number) => Promise<EmbeddedServer>;
  readonly port: number;
  /** One line for each thing that happened: the server ended, it is back, it could not be started. */
  readonly onNotice: (line: string) => void;
}

export interface SupervisedServer {
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now; undefined while there is none. */
  pid(): number | undefined;
  /** For good; resolves when no process remains. May be called twice. */
  stop(): Promise<void>;
}

const firstBackoffMs = 200;
const maxBackoffMs = 5_000;
/** A server that ran this long had nothing wrong with its start. */
const healthyAfterMs = 30_000;

/**
 * Keeps one embedded server running: one that ends by itself is started again on the same port, after a pause
 * that doubles from 0.2 s to 5 s. The first start is the caller's to fail.
 *
 *   running --ends--> pausing --> starting --> running
 *                        ^            | fails
 *                        +------------+            stop() from anywhere: stopped
 *
 * @throws StartupError when the first start fails
 */
export async function supervise({ start, port, onNotice }: SuperviseOptions): Promise<SupervisedServer> {
  const stopped = new AbortController();
  const first = await start(port);
  let current: EmbeddedServer | undefined = first;
  let backoffMs = firstBackoffMs;

  const bringBack = async (): Promise<void> => {
    while (!stopped.signal.aborted && current === undefined) {
      await sleep(backoffMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      backoffMs = Math.min(backoffMs * 2, maxBackoffMs);
      try {
        current = await start(first.port);
        // Told to stop while it was starting.
        if (stopped.signal.aborted) return await current.stop();
        onNotice(`${first.name} is back (pid ${current.pid})`);
      } catch (error) {
        onNotice(
          `${first.name} does not start, trying again: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  };

  const keep = async (): Promise<void> => {
    while (current !== undefined) {
      const sinceMs = Date.now();
      const exit = await current.exited;
      current = undefined;
      if (stopped.signal.aborted) return;
      if (Date.now() - sinceMs > healthyAfterMs) backoffMs = firstBackoffMs;
      onNotice(
        `${first.name} ended by itself (${exit.signal ?? `exit code ${exit.code}`}), starting it again`,
      );
      await bringBack();
    }
  };
  const kept = keep();

  const stop = async (): Promise<void> => {
    stopped.abort();
    await current?.stop();
    await kept;
  };
  let stopping: Promise<void> | undefined;
  return { url: first.url, port: first.port, pid: () => current?.pid, stop: () => (stopping ??= stop()) };
}
