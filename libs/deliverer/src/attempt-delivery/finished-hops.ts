/**
 * The hops that this process finished lately. A broker that was killed forgets up to 0.3 s of acks (measured, see
 * docs/explanation) and hands those messages out again: they are acknowledged again, and not sent again.
 */
export class FinishedHops {
  private readonly hops = new Set<string>();

  constructor(private readonly capacity = 100_000) {}

  add(messageId: string): void {
    this.hops.add(messageId);
    if (this.hops.size <= this.capacity) return;
    for (const oldest of this.hops) {
      this.hops.delete(oldest);
      return;
    }
  }

  has(messageId: string): boolean {
    return this.hops.has(messageId);
  }
}
