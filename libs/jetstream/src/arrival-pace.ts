/** Weight of the latest interval: the last dozen arrivals say how often they come. */
const latestWeight = 1 / 8;
/** A longer silence says no more than this one. */
const longestMs = 1_000;

/** How often something comes lately. */
export class ArrivalPace {
  private lastAtMs = -Infinity;
  private intervalMs = longestMs;

  arrived(nowMs: number): void {
    const intervalMs = Math.min(nowMs - this.lastAtMs, longestMs);
    this.lastAtMs = nowMs;
    this.intervalMs += (intervalMs - this.intervalMs) * latestWeight;
  }

  /** Whether more than one is to be expected within that time. */
  isFasterThan(everyMs: number): boolean {
    return this.intervalMs < Math.min(everyMs, longestMs);
  }
}
