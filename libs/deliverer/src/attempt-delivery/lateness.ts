/** A process that did nothing for so long was stopped, and may have lost what it owned without knowing. */
const stoppedAfterMs = 2_000;
/** By then it has been told. */
const suspectForMs = 30_000;

/** Whether another process may have taken over a delivery that this one is still about. */
export class Lateness {
  private aliveAtMs = 0;
  private suspectUntilMs = 0;

  constructor(
    /** Partitions that this process owns, as far as it knows. */
    private readonly owned: ReadonlySet<number>,
  ) {}

  /** To be called every 50 ms or so. */
  alive(nowMs: number): void {
    if (this.aliveAtMs > 0 && nowMs - this.aliveAtMs > stoppedAfterMs)
      this.suspectUntilMs = nowMs + suspectForMs;
    this.aliveAtMs = nowMs;
  }

  isLate(partition: number, nowMs: number): boolean {
    if (!this.owned.has(partition) || nowMs < this.suspectUntilMs) return true;
    return this.aliveAtMs > 0 && nowMs - this.aliveAtMs > stoppedAfterMs;
  }
}
