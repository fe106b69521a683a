const generationMs = 5_000;

/** Put-backs on their way here. What has not come after 5 to 10 s is taken for lost, and holds no room any more. */
export class ExpectedPutBacks {
  private young = 0;
  private old = 0;
  private youngSinceMs = 0;

  get isAny(): boolean {
    return this.young + this.old > 0;
  }

  add(count: number, nowMs: number): void {
    this.age(nowMs);
    this.young += count;
  }

  arrived(): void {
    if (this.old > 0) this.old -= 1;
    else if (this.young > 0) this.young -= 1;
  }

  count(nowMs: number): number {
    this.age(nowMs);
    return this.young + this.old;
  }

  private age(nowMs: number): void {
    const ageMs = nowMs - this.youngSinceMs;
    if (ageMs < generationMs) return;
    this.old = ageMs < 2 * generationMs ? this.young : 0;
    this.young = 0;
    this.youngSinceMs = nowMs;
  }
}
