import type { Claim, IdempotencyStore } from './idempotency-store.js';

interface Entry {
  readonly owner: string;
  /** `null` while it is claimed. */
  readonly result: string | null;
  readonly endsAtMs: number;
}

/** For one process, and for tests: a restart forgets it. The oldest are forgotten first when there are too many. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly maxEntries = 100_000,
    private readonly clock: () => number = Date.now,
  ) {}

  claim(key: string, owner: string, leaseMs: number): Promise<Claim> {
    const entry = this.entryOf(key);
    if (entry?.result != null) return Promise.resolve({ kind: 'done', result: entry.result });
    if (entry) return Promise.resolve({ kind: 'busy', leftMs: entry.endsAtMs - this.clock() });
    this.set(key, { owner, result: null, endsAtMs: this.clock() + leaseMs });
    return Promise.resolve({ kind: 'claimed' });
  }

  extend(key: string, owner: string, leaseMs: number): Promise<boolean> {
    const isOurs = this.isClaimedBy(key, owner);
    if (isOurs) this.set(key, { owner, result: null, endsAtMs: this.clock() + leaseMs });
    return Promise.resolve(isOurs);
  }

  complete(key: string, owner: string, result: string, keepMs: number): Promise<boolean> {
    const isOurs = this.entryOf(key) === undefined || this.isClaimedBy(key, owner);
    if (isOurs) this.set(key, { owner, result, endsAtMs: this.clock() + keepMs });
    return Promise.resolve(isOurs);
  }

  release(key: string, owner: string): Promise<void> {
    if (this.isClaimedBy(key, owner)) this.entries.delete(key);
    return Promise.resolve();
  }

  private isClaimedBy(key: string, owner: string): boolean {
    const entry = this.entryOf(key);
    return entry?.owner === owner && entry.result === null;
  }

  private entryOf(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.endsAtMs > this.clock()) return entry;
    this.entries.delete(key);
    return undefined;
  }

  private set(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.maxEntries && oldest !== undefined) this.entries.delete(oldest);
  }
}
