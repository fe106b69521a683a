/** What lies in a {@link Ring}: in at most one at a time. */
export interface RingNode<T> {
  next: T | null;
  previous: T | null;
}

/** Takes turns: the first one goes to the back. Adding, removing and turning cost the same however many there are. */
export class Ring<T extends RingNode<T>> {
  /** Whose turn it is. */
  first: T | null = null;
  size = 0;

  /** Puts it at the back; one that is there keeps its place. */
  add(node: T): void {
    if (node.next) return;
    this.size += 1;
    const { first } = this;
    const last = first?.previous;
    if (!first || !last) {
      node.next = node.previous = this.first = node;
      return;
    }
    node.next = first;
    node.previous = last;
    last.next = first.previous = node;
  }

  remove(node: T): void {
    const { next, previous } = node;
    if (!next || !previous) return;
    this.size -= 1;
    next.previous = previous;
    previous.next = next;
    if (this.first === node) this.first = next === node ? null : next;
    node.next = node.previous = null;
  }

  /** The next one's turn. */
  turn(): void {
    this.first = this.first?.next ?? null;
  }
}
