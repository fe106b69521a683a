const smallest = 8;

/** First in, first out, with the time at which each came in; a ring buffer that grows and lets go again. */
export class ItemQueue<Item> {
  size = 0;
  private items: (Item | undefined)[] = [];
  private timesMs: number[] = [];
  private head = 0;

  push(item: Item, nowMs: number): void {
    if (this.size === this.items.length) this.grow();
    const at = (this.head + this.size) & (this.items.length - 1);
    this.items[at] = item;
    this.timesMs[at] = nowMs;
    this.size += 1;
  }

  /** When the first one came in; Infinity when there is none. */
  get firstAtMs(): number {
    return this.size === 0 ? Infinity : (this.timesMs[this.head] ?? Infinity);
  }

  /** The one that has waited longest. */
  takeFirst(): Item | undefined {
    if (this.size === 0) return undefined;
    const at = this.head;
    this.head = (at + 1) & (this.items.length - 1);
    return this.take(at);
  }

  /** The one that came last. */
  takeLast(): Item | undefined {
    if (this.size === 0) return undefined;
    return this.take((this.head + this.size - 1) & (this.items.length - 1));
  }

  private take(at: number): Item | undefined {
    const item = this.items[at];
    this.items[at] = undefined;
    this.size -= 1;
    if (this.size === 0 && this.items.length > smallest) this.reset([], []);
    return item;
  }

  private grow(): void {
    const length = Math.max(smallest, this.items.length * 2);
    const items = new Array<Item | undefined>(length).fill(undefined);
    const timesMs = new Array<number>(length).fill(0);
    for (let index = 0; index < this.size; index++) {
      const at = (this.head + index) & (this.items.length - 1);
      items[index] = this.items[at];
      timesMs[index] = this.timesMs[at] ?? 0;
    }
    this.reset(items, timesMs);
  }

  private reset(items: (Item | undefined)[], timesMs: number[]): void {
    this.items = items;
    this.timesMs = timesMs;
    this.head = 0;
  }
}
