import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CleanUpAfterUs } from '@postel/testing';
import type { Disturbance, ServiceName } from './disturbance.js';
import { repositoryRoot } from './repository-root.js';

export interface SupervisedServiceOptions {
  /** The folder in apps/. */
  readonly app: ServiceName;
  /** `deliverer-2`. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly readyUrl: string;
  readonly logFile: string;
  readonly watch: CleanUpAfterUs;
  /** Value of POSTEL_FAILPOINTS for the first few starts; afterwards it runs unharmed, so that it gets on. */
  readonly failpoints?: { readonly text: string; readonly starts: number } | undefined;
}

const restartAfterMs = 500;
/** As much as the manifests give it. */
const stopLimitMs = 30_000;
/** One that cannot stay up is a finding, and not started for ever. */
const maxStarts = 60;

/**
 * A service of ours that is brought back whenever it ends, as Kubernetes does it.
 *
 *   running ──ends, or is killed──▶ away ──after a while──▶ running …      stopping: it stays away
 */
export class SupervisedService {
  readonly disturbances: Disturbance[] = [];
  private child: ChildProcess | null = null;
  private starts = 0;
  private killed: { readonly awayMs: number } | null = null;
  private stopping = false;
  private restarting = false;
  private wasReady = false;
  private restart: NodeJS.Timeout | undefined;

  constructor(private readonly options: SupervisedServiceOptions) {}

  get app(): ServiceName {
    return this.options.app;
  }

  get name(): string {
    return this.options.name;
  }

  start(): void {
    const { app, env, failpoints, logFile, watch } = this.options;
    this.starts += 1;
    const log = openSync(logFile, 'a');
    const armed = failpoints && this.starts <= failpoints.starts;
    const main = join(repositoryRoot, 'apps', app, 'dist', 'main.js');
    const child = spawn(process.execPath, ['--enable-source-maps', main], {
      cwd: repositoryRoot,
      // a black box has no other inputs than these
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        ...env,
        ...(armed ? { POSTEL_FAILPOINTS: failpoints.text } : {}),
      },
      stdio: ['ignore', log, log],
      // Ctrl-C is answered by us, who stop the others in their turn
      detached: true,
    });
    closeSync(log);
    const { pid } = child;
    if (pid === undefined) throw new Error(`${this.name} cannot be started`);
    this.child = child;
    this.wasReady = false;
    watch.process(pid);
    child.once('exit', (code, signal) => {
      watch.gone(pid);
      this.onExit(code, signal);
    });
  }

  /** kill -9; it comes back after so long. */
  kill(awayMs: number): void {
    if (!this.isRunning()) return;
    this.killed = { awayMs };
    this.child?.kill('SIGKILL');
  }

  /** SIGTERM; resolves when it has ended, and it comes back. One that takes longer than Kubernetes is told to wait is killed. */
  async restartInOrder(): Promise<void> {
    if (!this.child || !this.isRunning()) return;
    this.restarting = true;
    await this.terminate(this.child);
  }

  freeze(): void {
    this.child?.kill('SIGSTOP');
    this.note('frozen');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** @throws when it is not in time, with its last words */
  async untilReady(timeoutMs: number): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (Date.now() < deadlineMs) {
      const answer = await fetch(this.options.readyUrl, { signal: AbortSignal.timeout(2_000) }).catch(
        () => null,
      );
      if (answer?.ok && this.isRunning()) {
        this.wasReady = true;
        return;
      }
      await delay(100);
    }
    throw new Error(`${this.name} is not ready after ${timeoutMs / 1_000} s: ${this.lastWords()}`);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    if (!this.child || !this.isRunning()) return;
    this.child.kill('SIGCONT');
    await this.terminate(this.child);
  }

  private async terminate(child: ChildProcess): Promise<void> {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await exited;
    clearTimeout(patience);
  }

  private onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.stopping) return;
    const { restarting } = this;
    this.restarting = false;
    // one that cannot start yet, because the broker is away, ends and is started again: as it should be
    if (this.killed) this.note('killed');
    else if (restarting) this.note(code === 0 ? 'stopped' : 'ended');
    else if (signal === 'SIGKILL') this.note('failpoint');
    else if (this.wasReady) this.note('ended');
    const awayMs = this.killed?.awayMs ?? restartAfterMs;
    this.killed = null;
    if (this.starts < maxStarts) this.restart = setTimeout(() => this.start(), awayMs);
  }

  private isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  note(how: Disturbance['how']): void {
    this.disturbances.push({ what: this.app, process: this.name, how, atMs: Date.now() });
  }

  private lastWords(): string {
    return readFileSync(this.options.logFile, 'utf8').trim().slice(-1_000) || 'it said nothing';
  }
}
