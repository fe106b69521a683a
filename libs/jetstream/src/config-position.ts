/** These tables are behind, and do not catch up: the broker does not hand out what it has. */
class ConfigNotReached extends Error {
  override name = 'ConfigNotReached';
}

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
}

/** How far CONFIG has been read here, and who waits for more. */
export class ConfigPosition {
  private waiters: Waiter[] = [];
  private position = 0;

  get sequence(): number {
    return this.position;
  }

  moveTo(seq: number): void {
    if (seq <= this.position) return;
    this.position = seq;
    if (this.waiters.length === 0) return;
    const reached = this.waiters.filter((waiter) => waiter.seq <= seq);
    this.waiters = this.waiters.filter((waiter) => waiter.seq > seq);
    for (const { resolve } of reached) resolve();
  }

  /** @throws {ConfigNotReached} when it is not there within `timeoutMs` */
  async reached(seq: number, timeoutMs: number): Promise<void> {
    if (this.position >= seq) return;
    await new Promise<void>((resolve, reject) => {
      const waiter = { seq, resolve: () => (clearTimeout(timer), resolve()) };
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        reject(new ConfigNotReached(`CONFIG ${seq} was not reached; these tables are at ${this.position}`));
      }, timeoutMs);
      this.waiters.push(waiter);
    });
  }
}
