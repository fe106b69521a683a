import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  transformProcess,
  transformWorker,
  type TransformJob,
  type TransformLimits,
  type TransformResult,
} from './transform-worker.js';
import { TurnsByTime } from './turns-by-time.js';

/** The same everywhere, so that what was accepted here works there. */
const limits: TransformLimits = {
  maxSteps: 30_000,
  maxDepth: 200,
  maxItems: 100_000,
  maxOutputBytes: 1024 * 1024,
};
/** Only what the limits do not see comes here: a pattern that stands still. Then the process is ended. */
const maxMs = 3_000;
const maxStartMs = 30_000;
/** So long a transform that had to be ended is not tried again: each time it would hold up the others. */
const suspendedMs = 60_000;
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

const script = `(${transformProcess.toString()})(${JSON.stringify({
  worker: `(${transformWorker.toString()})()`,
  options: {
    eval: true,
    workerData: { from: import.meta.url, limits },
    env: {},
    execArgv: [],
    resourceLimits,
  },
})})`;

export interface TransformRequest {
  readonly tenant: string;
  readonly transform: string;
  /** The event in the default version, as JSON text. */
  readonly event: string;
}

interface Waiting {
  readonly tenant: string;
  readonly job: TransformJob;
  readonly resolve: (result: TransformResult) => void;
}

/**
 * Evaluates JSONata expressions of platforms, one after the other in a process of their own, and the tenants in turns by
 * the time that each was given: what they take of time and memory is theirs, and one that does not come to an end is ended. A thread would not do: V8 ends the whole process when
 * a thread asks for more at once than is left of its heap, as `$pad("", 100000000)` does. The process is started when it
 * is first needed.
 *
 *   idle ──run──▶ busy ──answer──▶ the next, or idle
 *                  ╰──(time is up, or out of memory)──▶ process ended, expression suspended; the next gets a new one
 */
export class TransformRunner {
  private readonly queue = new TurnsByTime<Waiting>();
  private readonly suspendedUntilMs = new Map<string, number>();
  private evaluator: ChildProcess | null = null;
  private isReady = false;
  private current: Waiting | null = null;
  private timer: NodeJS.Timeout | undefined;
  private begunAtMs = 0;
  private lastId = 0;

  constructor(private readonly options: { readonly maxMs?: number; readonly nowMs?: () => number } = {}) {}

  /** Never rejects. */
  run({ tenant, transform, event }: TransformRequest): Promise<TransformResult> {
    return new Promise((resolve) => {
      this.queue.add(tenant, { tenant, job: { id: ++this.lastId, transform, event }, resolve });
      this.next();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    const stopped = { ok: false, code: 'transform_failed', message: 'it was stopped' } as const;
    for (const { resolve } of this.queue.clear()) resolve(stopped);
    this.current?.resolve(stopped);
    this.current = null;
    const { evaluator } = this;
    this.evaluator = null;
    this.isReady = false;
    if (evaluator) await end(evaluator);
  }

  private next(): void {
    if (this.current) return;
    this.current = this.nextToRun();
    if (!this.current) {
      this.evaluator?.unref();
      this.evaluator?.channel?.unref();
      return;
    }
    this.begunAtMs = performance.now();
    const evaluator = (this.evaluator ??= this.start());
    evaluator.ref();
    evaluator.channel?.ref();
    if (this.isReady) this.begin(evaluator, this.current);
    else this.timer = setTimeout(() => this.giveUp(evaluator), maxStartMs);
  }

  /** Those are passed over whose expression was ended while they waited, or before. */
  private nextToRun(): Waiting | null {
    for (;;) {
      const next = this.queue.next();
      if (!next || !this.isSuspended(next)) return next;
      next.resolve(tooSlow);
    }
  }

  private isSuspended(waiting: Waiting): boolean {
    const untilMs = this.suspendedUntilMs.get(keyOf(waiting));
    return untilMs !== undefined && untilMs > this.now();
  }

  /** Its time counts from here, not from the start of the process, which takes what the machine has left. */
  private begin(evaluator: ChildProcess, { job }: Waiting): void {
    this.begunAtMs = performance.now();
    // a process that is gone tells it by its end
    evaluator.send(job, () => undefined);
    this.timer = setTimeout(() => this.giveUp(evaluator), this.options.maxMs ?? maxMs);
  }

  private start(): ChildProcess {
    const evaluator = spawn(process.execPath, ['--eval', script], {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    evaluator.on('message', (message: 'ready' | { id: number; result: TransformResult }) => {
      if (this.evaluator !== evaluator) return;
      if (message !== 'ready') {
        if (message.id === this.current?.job.id) this.conclude(message.result);
        return;
      }
      this.isReady = true;
      clearTimeout(this.timer);
      if (this.current) this.begin(evaluator, this.current);
    });
    // out of memory, not to be started, or a fault of ours
    const gone = () => {
      if (this.evaluator === evaluator) this.giveUp(evaluator);
    };
    return evaluator.once('error', gone).once('exit', gone);
  }

  private giveUp(evaluator: ChildProcess): void {
    this.evaluator = null;
    const hadBegun = this.isReady;
    this.isReady = false;
    evaluator.kill('SIGKILL');
    if (this.current && hadBegun) this.suspend(this.current);
    this.conclude(tooSlow);
  }

  private suspend(waiting: Waiting): void {
    if (this.suspendedUntilMs.size >= 1_000) this.suspendedUntilMs.clear();
    this.suspendedUntilMs.set(keyOf(waiting), this.now() + suspendedMs);
  }

  private conclude(result: TransformResult): void {
    clearTimeout(this.timer);
    if (this.current) this.queue.took(this.current.tenant, performance.now() - this.begunAtMs);
    this.current?.resolve(result);
    this.current = null;
    this.next();
  }

  private now(): number {
    return (this.options.nowMs ?? Date.now)();
  }
}

function keyOf({ tenant, job }: Waiting): string {
  return `${tenant} ${job.transform}`;
}

async function end(evaluator: ChildProcess): Promise<void> {
  if (evaluator.pid === undefined || evaluator.exitCode !== null || evaluator.signalCode !== null) return;
  const ended = once(evaluator, 'exit');
  evaluator.kill('SIGKILL');
  await ended;
}

const tooSlow = {
  ok: false,
  code: 'transform_too_long',
  message: `it does not come to an end in time or memory; it is tried again after ${suspendedMs / 1_000} s`,
} as const;
