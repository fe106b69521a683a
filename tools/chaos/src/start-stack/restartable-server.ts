import type { EmbeddedServer } from '@postel/embedded-servers';
import type { CleanUpAfterUs } from '@postel/testing';
import { childrenOf } from './children-of.js';
import type { Disturbance } from './disturbance.js';
import { untilThreadsStopped } from './threads-stopped.js';

export interface RestartableServerOptions {
  readonly what: 'nats' | 'postgres';
  readonly process: string;
  readonly watch: CleanUpAfterUs;
  readonly start: () => Promise<EmbeddedServer>;
}

/** nats-server or PostgreSQL, to be broken and brought back on the same port and files. */
export class RestartableServer {
  readonly disturbances: Disturbance[] = [];
  private isAway = false;
  private frozen: readonly number[] = [];

  private constructor(
    private readonly options: RestartableServerOptions,
    private server: EmbeddedServer,
  ) {}

  static async start(options: RestartableServerOptions): Promise<RestartableServer> {
    const server = await options.start();
    options.watch.process(server.pid);
    return new RestartableServer(options, server);
  }

  get name(): string {
    return this.options.process;
  }

  get url(): string {
    return this.server.url;
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Killed or stopped, and not yet brought back. */
  get away(): boolean {
    return this.isAway;
  }

  async kill(how: 'killed' | 'power-cut' = 'killed'): Promise<void> {
    this.isAway = true;
    this.server.kill('SIGKILL');
    await this.server.exited;
    this.note(how);
  }

  async stop(): Promise<void> {
    this.isAway = true;
    await this.server.stop();
    this.note('stopped');
  }

  /** With its children: what PostgreSQL does they do. */
  freeze(): void {
    this.hold();
    this.note('frozen');
  }

  /**
   * Nothing leaves it from now on, as when the power goes. Otherwise it would live on for a moment without its disk, and
   * nats-server (2.15.1) acknowledges what an fsync has just failed for (its issue 7629).
   */
  async holdStill(): Promise<void> {
    this.hold();
    await untilThreadsStopped(this.pid);
  }

  thaw(): void {
    for (const pid of this.frozen) tell(pid, 'SIGCONT');
    this.frozen = [];
  }

  private hold(): void {
    this.frozen = [this.pid, ...childrenOf(this.pid)].filter((pid) => tell(pid, 'SIGSTOP'));
  }

  /** Again; also when it still runs, for one that has given up inside. */
  async restart(): Promise<void> {
    await this.server.stop();
    this.options.watch.gone(this.server.pid);
    this.server = await this.options.start();
    this.options.watch.process(this.server.pid);
    this.isAway = false;
  }

  note(how: Disturbance['how']): void {
    this.disturbances.push({ what: this.options.what, process: this.name, how, atMs: Date.now() });
  }

  /** For good. */
  async end(): Promise<void> {
    this.thaw();
    await this.server.stop();
    this.options.watch.gone(this.server.pid);
  }
}

/** @returns whether it was there */
function tell(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
