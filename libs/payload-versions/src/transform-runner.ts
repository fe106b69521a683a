import { Worker } from 'node:worker_threads';
import {
  transformWorker,
  type TransformJob,
  type TransformLimits,
  type TransformResult,
} from './transform-worker.js';

/** The same everywhere, so that what was accepted here works there. */
const limits: TransformLimits = {
  maxSteps: 30_000,
  maxDepth: 200,
  maxItems: 100_000,
  maxOutputBytes: 1024 * 1024,
};
/** Only what the limits do not see comes here: a pattern that stands still. Then the thread is ended. */
const maxMs = 3_000;
const maxStartMs = 30_000;
/** So long a transform that had to be ended is not tried again: each time it would hold up the others. */
const suspendedMs = 60_000;
const maxHeapMb = 64;

interface Waiting {
  readonly job: TransformJob;
  readonly resolve: (result: TransformResult) => void;
}

/**
 * Evaluates JSONata expressions of platforms, one after the other in a thread of their own: what they take of time and
 * memory is theirs, and one that does not come to an end is ended. The thread is started when it is first needed.
 *
 *   idle ──run──▶ busy ──answer──▶ the next, or idle
 *                  ╰──(time is up, or out of memory)──▶ thread ended, expression suspended; the next gets a new one
 */
export class TransformRunner {
  private readonly queue: Waiting[] = [];
  private readonly suspendedUntilMs = new Map<string, number>();
  private worker: Worker | null = null;
  private isReady = false;
  private current: Waiting | null = null;
  private timer: NodeJS.Timeout | undefined;
  private lastId = 0;

  constructor(private readonly options: { readonly maxMs?: number; readonly nowMs?: () => number } = {}) {}

  /** Never rejects. @param event the event in the default version, as JSON text */
  run(transform: string, event: string): Promise<TransformResult> {
    const untilMs = this.suspendedUntilMs.get(transform);
    if (untilMs !== undefined && untilMs > this.now()) return Promise.resolve(tooSlow);
    return new Promise((resolve) => {
      this.queue.push({ job: { id: ++this.lastId, transform, event }, resolve });
      this.next();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    const stopped = { ok: false, code: 'transform_failed', message: 'it was stopped' } as const;
    for (const { resolve } of this.queue.splice(0)) resolve(stopped);
    this.current?.resolve(stopped);
    this.current = null;
    const { worker } = this;
    this.worker = null;
    this.isReady = false;
    await worker?.terminate();
  }

  private next(): void {
    if (this.current) return;
    this.current = this.queue.shift() ?? null;
    if (!this.current) {
      this.worker?.unref();
      return;
    }
    const worker = (this.worker ??= this.startWorker());
    worker.ref();
    if (this.isReady) this.begin(worker, this.current);
    else this.timer = setTimeout(() => this.giveUp(worker), maxStartMs);
  }

  /** Its time counts from here, not from the start of the thread, which takes what the machine has left. */
  private begin(worker: Worker, { job }: Waiting): void {
    worker.postMessage(job);
    this.timer = setTimeout(() => this.giveUp(worker), this.options.maxMs ?? maxMs);
  }

  private startWorker(): Worker {
    const worker = new Worker(`(${transformWorker.toString()})()`, {
      eval: true,
      workerData: { from: import.meta.url, limits },
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    worker.on('message', (message: 'ready' | { id: number; result: TransformResult }) => {
      if (this.worker !== worker) return;
      if (message !== 'ready') {
        if (message.id === this.current?.job.id) this.conclude(message.result);
        return;
      }
      this.isReady = true;
      clearTimeout(this.timer);
      if (this.current) this.begin(worker, this.current);
    });
    // out of memory, or a fault of ours: the thread is gone
    worker.on('error', () => {
      if (this.worker === worker) this.giveUp(worker);
    });
    return worker;
  }

  private giveUp(worker: Worker): void {
    this.worker = null;
    const hadBegun = this.isReady;
    this.isReady = false;
    void worker.terminate();
    const transform = this.current?.job.transform;
    if (transform !== undefined && hadBegun) this.suspend(transform);
    this.conclude(tooSlow);
  }

  private suspend(transform: string): void {
    if (this.suspendedUntilMs.size >= 1_000) this.suspendedUntilMs.clear();
    this.suspendedUntilMs.set(transform, this.now() + suspendedMs);
  }

  private conclude(result: TransformResult): void {
    clearTimeout(this.timer);
    this.current?.resolve(result);
    this.current = null;
    this.next();
  }

  private now(): number {
    return (this.options.nowMs ?? Date.now)();
  }
}

const tooSlow = {
  ok: false,
  code: 'transform_too_long',
  message: `it does not come to an end in time or memory; it is tried again after ${suspendedMs / 1_000} s`,
} as const;
