import { readFileSync } from 'node:fs';

/** Of the main thread: nanoseconds run, nanoseconds waited for a core, and time slices (Linux). */
const ownSchedule = '/proc/self/schedstat';

/** How much of the time this process waits for a core that others have. Known on Linux alone. */
export class RunQueue {
  private waitedMs: number;
  private atMs = 0;

  constructor(private readonly path = ownSchedule) {
    this.waitedMs = this.read();
  }

  /** Since the last call; 0 where it is not known. */
  share(nowMs: number): number {
    const before = this.waitedMs;
    const elapsedMs = nowMs - this.atMs;
    this.waitedMs = this.read();
    this.atMs = nowMs;
    return elapsedMs > 0 ? (this.waitedMs - before) / elapsedMs : 0;
  }

  private read(): number {
    try {
      return Number(readFileSync(this.path, 'latin1').split(' ')[1]) / 1e6 || 0;
    } catch {
      return 0; // another system
    }
  }
}
