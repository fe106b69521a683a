import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProfilerReply, ProfilerRequest } from '../profile/profiler-in-process.js';
import { PhaseFailed } from '../report.js';
import { repositoryRoot } from './repository-root.js';

export interface ServiceOptions {
  /** The folder in apps/. */
  readonly app: string;
  /** Of its API. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly readyUrl: string;
  readonly logFile: string;
  readonly withProfiler: boolean;
}

const readyTimeoutMs = 60_000;
const profiler = fileURLToPath(new URL('../profile/profiler-in-process.js', import.meta.url));

/** One of our own programs, as `npm start` and `npm run serve:…` run it. */
export class ServiceProcess {
  private constructor(
    readonly name: string,
    readonly pid: number,
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly options: ServiceOptions,
  ) {}

  static spawn(options: ServiceOptions): ServiceProcess {
    const { app, port, env, logFile, withProfiler } = options;
    const log = openSync(logFile, 'a');
    const main = join(repositoryRoot, 'apps', app, 'dist', 'main.js');
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', ...(withProfiler ? ['--import', profiler] : []), main],
      {
        env: { ...process.env, ...env },
        stdio: ['ignore', log, log, ...(withProfiler ? (['ipc'] as const) : [])],
        // Ctrl-C is answered by the benchmark, which stops the others in their turn
        detached: true,
      },
    );
    closeSync(log);
    if (child.pid === undefined) throw new PhaseFailed(`${app} cannot be started`);
    return new ServiceProcess(app, child.pid, port, child, options);
  }

  async untilReady(): Promise<void> {
    const deadlineMs = Date.now() + readyTimeoutMs;
    while (this.isRunning() && Date.now() < deadlineMs) {
      const answer = await fetch(this.options.readyUrl).catch(() => null);
      if (answer?.ok) return;
      await delay(50);
    }
    throw new PhaseFailed(`${this.name} is not ready: ${this.lastWords()}`);
  }

  /** A counter of its /metrics, over all labels that match. */
  async counter(pattern: RegExp): Promise<number> {
    const text = await (await fetch(this.options.readyUrl.replace('/readyz', '/metrics'))).text();
    const lines = text.split('\n').filter((line) => pattern.test(line));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  async startProfile(): Promise<void> {
    await this.ask({ profiler: 'start' });
  }

  /** Ends the profile and writes it. */
  async writeProfile(file: string): Promise<void> {
    await this.ask({ profiler: 'stop', file });
  }

  async stop(): Promise<void> {
    if (!this.isRunning()) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const patience = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    await exited;
    clearTimeout(patience);
  }

  private async ask(request: ProfilerRequest): Promise<void> {
    const answered = once(this.child, 'message') as Promise<[ProfilerReply]>;
    this.child.send(request);
    const [{ fault }] = await answered;
    if (fault !== null) throw new Error(`the profiler of ${this.name}: ${fault}`);
  }

  private isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private lastWords(): string {
    const text = readFileSync(this.options.logFile, 'utf8').trim();
    return text.slice(-1_000) || 'it said nothing';
  }
}
