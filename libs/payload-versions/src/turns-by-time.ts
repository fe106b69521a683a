interface Line<T> {
  readonly waiting: T[];
  /** What its owner was given, or would have been given while it wanted nothing. */
  usedMs: number;
}

/**
 * What waits for one place, by its owners: next is whoever was given the least time, so that one who takes long holds up
 * itself. Who comes back after a while has no claim to what it did not use (start-time fair queueing).
 */
export class TurnsByTime<T> {
  private readonly lines = new Map<string, Line<T>>();
  /** Of whoever was served last, when it was its turn. */
  private servedMs = 0;

  add(owner: string, item: T): void {
    const line = this.lines.get(owner) ?? { waiting: [], usedMs: 0 };
    if (line.waiting.length === 0) line.usedMs = Math.max(line.usedMs, this.servedMs);
    line.waiting.push(item);
    this.lines.set(owner, line);
  }

  next(): T | null {
    let next: Line<T> | undefined;
    for (const [owner, line] of this.lines) {
      if (line.waiting.length === 0) {
        if (line.usedMs <= this.servedMs) this.lines.delete(owner);
      } else if (next === undefined || line.usedMs < next.usedMs) next = line;
    }
    if (next === undefined) return null;
    this.servedMs = Math.max(this.servedMs, next.usedMs);
    return next.waiting.shift() ?? null;
  }

  /** Tells how long the turn of an owner took. */
  took(owner: string, ms: number): void {
    const line = this.lines.get(owner);
    if (line) line.usedMs += ms;
  }

  /** Takes all that waits. */
  clear(): T[] {
    const waiting = [...this.lines.values()].flatMap((line) => line.waiting);
    this.lines.clear();
    return waiting;
  }
}
