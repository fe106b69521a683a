export interface Measured<Value> {
  readonly atMs: number;
  readonly value: Value;
}

/** Whoever looks every five seconds sees something new each time. */
const freshMs = 4_000;
/** So much longer than it took it rests: somebody who looks costs a tenth of one core of the database at most. */
const restFactor = 10;
/** Beyond, what was measured before is not shown any more. */
const shownForMs = 60_000;

/**
 * What is too dear to be asked for with each request, and to be measured while nobody looks: measured when somebody asks,
 * once for all who do.
 *
 *   nothing ──asked: waits──▶ fresh ──4 s, or ten times as long as it took──▶ old ──asked: the old one, and measured
 *      ▲                        ▲                                              │  │ beside that
 *      │                        ╰──────────────────────────────────────────────╯  │
 *      ╰──────────────────────a minute old───────────────────────────────────────╯
 */
export class MeasuredLately<Value> {
  private last: Measured<Value> | null = null;
  private freshUntilMs = -Infinity;
  private running: Promise<Measured<Value>> | null = null;

  constructor(
    private readonly measure: () => Promise<Value>,
    private readonly nowMs: () => number,
  ) {}

  /** @throws what measuring throws, where there is nothing to show meanwhile */
  async now(): Promise<Measured<Value>> {
    const { last } = this;
    const atMs = this.nowMs();
    if (last && atMs < this.freshUntilMs) return last;
    this.running ??= this.run();
    if (!last || atMs >= this.freshUntilMs + shownForMs) return this.running;
    this.running.catch(() => undefined); // whoever asks once that is too old is told
    return last;
  }

  private async run(): Promise<Measured<Value>> {
    const fromMs = this.nowMs();
    try {
      const value = await this.measure();
      const toMs = this.nowMs();
      this.last = { atMs: fromMs, value };
      this.freshUntilMs = toMs + Math.max(freshMs, restFactor * (toMs - fromMs));
      return this.last;
    } finally {
      this.running = null;
    }
  }
}
