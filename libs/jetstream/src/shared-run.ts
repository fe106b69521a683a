import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs, one at a time, what many ask for. Who asks while a run is under way shares the next one with all who do: the one
 * under way may have seen the world before.
 */
export class SharedRun {
  private underWay: Promise<unknown> | null = null;
  private next: Promise<void> | null = null;

  /** @param pauseMs between the end of a run and the next (0) */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly pauseMs = 0,
  ) {}

  /** Resolves, or rejects, as a run does that begins from now on. */
  ask(): Promise<void> {
    if (!this.underWay) return this.begin();
    this.next ??= this.underWay.then(() => {
      this.next = null;
      return this.begin();
    });
    return this.next;
  }

  private begin(): Promise<void> {
    const run = this.work();
    const over: Promise<unknown> = this.pauseAfter(run).then(() => {
      if (this.underWay === over) this.underWay = null;
    });
    this.underWay = over;
    return run;
  }

  private async pauseAfter(run: Promise<void>): Promise<void> {
    await run.catch(() => undefined); // told to those who asked
    if (this.pauseMs > 0) await delay(this.pauseMs, undefined, { ref: false });
  }
}
