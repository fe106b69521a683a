import type { Outcome } from '@postel/jetstream';

/** Far more than there are hops under way, so that a chain is short; a power of two. */
const chains = 16_384;

/** One that is under way, and what it comes to. */
export interface HopUnderWay {
  readonly id: string;
  outcome: Promise<Outcome>;
  next: HopUnderWay | null;
}

const unknown: Promise<Outcome> = new Promise(() => undefined);

/**
 * Hops in this process that have not ended, so that a copy of a message waits for what the first comes to. A table that
 * never grows, and no `Map`: one that changes with every hop leaves its outgrown tables behind in V8's old space, and
 * all that these still name survives every minor collection.
 */
export class HopsUnderWay {
  private readonly first = new Array<HopUnderWay | null>(chains).fill(null);

  find(id: string): HopUnderWay | null {
    let hop = this.first[chainOf(id)] ?? null;
    while (hop && hop.id !== id) hop = hop.next;
    return hop;
  }

  /** One that is not in here; its outcome is for the caller to set. */
  add(id: string): HopUnderWay {
    const chain = chainOf(id);
    const hop: HopUnderWay = { id, outcome: unknown, next: this.first[chain] ?? null };
    this.first[chain] = hop;
    return hop;
  }

  remove(hop: HopUnderWay): void {
    const chain = chainOf(hop.id);
    let before = this.first[chain] ?? null;
    if (before === hop) {
      this.first[chain] = hop.next;
      return;
    }
    while (before && before.next !== hop) before = before.next;
    if (before) before.next = hop.next;
  }
}

/** FNV-1a. */
function chainOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (chains - 1);
}
