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
  /** Stopped in order, and started again. @param why for the notice */
  restart(why: string): Promise<void>;
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
 * @throws StartupError when the first start fails
 */
export async function supervise(options: SuperviseOptions): Promise<SupervisedServer> {
  return new Supervisor(await options.start(options.port), options);
}

/**
 *   running --ends--> pausing --> starting --> running
 *                        ^            | fails
 *                        +------------+            stop() from anywhere: stopped
 */
class Supervisor implements SupervisedServer {
  readonly url: string;
  readonly port: number;
  private readonly name: string;
  private readonly stopped = new AbortController();
  private readonly kept: Promise<void>;
  private current: EmbeddedServer | undefined;
  private backoffMs = firstBackoffMs;
  private stopping: Promise<void> | undefined;
  private restartedWhy: string | null = null;

  constructor(
    first: EmbeddedServer,
    private readonly options: SuperviseOptions,
  ) {
    this.url = first.url;
    this.port = first.port;
    this.name = first.name;
    this.current = first;
    this.kept = this.keep();
  }

  pid(): number | undefined {
    return this.current?.pid;
  }

  async restart(why: string): Promise<void> {
    if (!this.current) return; // it is being started
    this.restartedWhy = why;
    await this.current.stop();
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.stopForGood());
  }

  private async stopForGood(): Promise<void> {
    this.stopped.abort();
    await this.current?.stop();
    await this.kept;
  }

  private async keep(): Promise<void> {
    while (this.current !== undefined) {
      const sinceMs = Date.now();
      const { signal, code } = await this.current.exited;
      this.current = undefined;
      if (this.isStopped()) return;
      if (Date.now() - sinceMs > healthyAfterMs) this.backoffMs = firstBackoffMs;
      const why = this.restartedWhy ?? `${this.name} ended by itself (${signal ?? `exit code ${code}`})`;
      this.restartedWhy = null;
      this.options.onNotice(`${why}, starting it again`);
      while (!this.isStopped() && this.current === undefined) await this.tryAgain();
    }
  }

  private async tryAgain(): Promise<void> {
    await sleep(this.backoffMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    if (this.isStopped()) return;
    this.backoffMs = Math.min(this.backoffMs * 2, maxBackoffMs);
    try {
      const started = await this.options.start(this.port);
      // Told to stop while it was starting.
      if (this.isStopped()) return await started.stop();
      this.current = started;
      this.options.onNotice(`${this.name} is back (pid ${started.pid})`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.options.onNotice(`${this.name} does not start, trying again: ${reason}`);
    }
  }

  private isStopped(): boolean {
    return this.stopped.signal.aborted;
  }
}
