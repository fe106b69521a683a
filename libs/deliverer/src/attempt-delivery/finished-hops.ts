/**
 * The hops that this process finished lately. A broker that was killed forgets the acks of its last moment and hands
 * those messages out again: they are acknowledged again, and not sent again.
 *
 * Two generations: when the young one is full it becomes the old one, and what was old is forgotten. (Taking the oldest
 * out of one large Set costs 20 µs and more each time.)
 */
export class FinishedHops {
  private young = new Set<string>();
  private old: ReadonlySet<string> = new Set();

  /** Remembers at least the last `capacity` hops, and at most twice as many. */
  constructor(private readonly capacity = 100_000) {}

  add(messageId: string): void {
    this.young.add(messageId);
    if (this.young.size < this.capacity) return;
    this.old = this.young;
    this.young = new Set();
  }

  has(messageId: string): boolean {
    return this.young.has(messageId) || this.old.has(messageId);
  }
}
