/**
 * Says when a trouble is worth a line: once it has lasted, and then no more until it has passed. What a service meets
 * while the servers beside it are just starting is worth none.
 */
export class LastingTrouble {
  private sinceMs: number | null = null;
  private told = false;

  constructor(
    private readonly nowMs: () => number,
    private readonly patienceMs = 10_000,
  ) {}

  /** @returns whether to tell it now */
  again(): boolean {
    this.sinceMs ??= this.nowMs();
    if (this.told || this.nowMs() - this.sinceMs < this.patienceMs) return false;
    this.told = true;
    return true;
  }

  passed(): void {
    this.sinceMs = null;
    this.told = false;
  }
}
