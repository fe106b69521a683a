import type { InboxMessage, InboxStore, TakenMessage } from './inbox-store.js';

interface Entry {
  readonly message: InboxMessage;
  readonly putAtMs: number;
  state: 'waiting' | 'done' | 'dead';
  owner: string | null;
  attempts: number;
  /** While it is leased: when the lease ends. Of the done: until when it is kept. */
  dueAtMs: number;
}

/** For tests, and for what may be lost with the process. It looks through all that is kept, so keep little. */
export class MemoryInboxStore implements InboxStore {
  private readonly entries = new Map<string, Entry>();
  private readonly lastSequences = new Map<string, number>();

  constructor(private readonly clock: () => number = Date.now) {}

  put(message: InboxMessage): Promise<boolean> {
    this.forget();
    const isNew = !this.entries.has(message.id);
    const nowMs = this.clock();
    if (isNew)
      this.entries.set(message.id, {
        message,
        putAtMs: nowMs,
        state: 'waiting',
        owner: null,
        attempts: 0,
        dueAtMs: nowMs,
      });
    return Promise.resolve(isNew);
  }

  take(owner: string, leaseMs: number): Promise<TakenMessage | null> {
    const nowMs = this.clock();
    const waiting = [...this.entries.values()].filter(({ state }) => state === 'waiting');
    const [next] = waiting
      .filter((entry) => entry.dueAtMs <= nowMs && !waiting.some((other) => goesFirst(other, entry, nowMs)))
      .sort((a, b) => a.dueAtMs - b.dueAtMs);
    if (!next) return Promise.resolve(null);
    next.owner = owner;
    next.attempts += 1;
    next.dueAtMs = nowMs + leaseMs;
    const { message, attempts, putAtMs } = next;
    const lastSequence = message.order ? (this.lastSequences.get(message.order.key) ?? null) : null;
    return Promise.resolve({ ...message, attemptNumber: attempts, ageMs: nowMs - putAtMs, lastSequence });
  }

  extend(id: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.change(id, owner, (entry) => {
      entry.dueAtMs = this.clock() + leaseMs;
    });
  }

  putBack(id: string, owner: string, afterMs: number, reason: string | null): Promise<boolean> {
    return this.change(id, owner, (entry) => {
      entry.owner = null;
      entry.dueAtMs = this.clock() + afterMs;
      if (reason === null) entry.attempts -= 1;
    });
  }

  finish(id: string, owner: string, reason: string | null, keepMs: number): Promise<boolean> {
    return this.change(id, owner, (entry) => {
      entry.owner = null;
      entry.state = reason === null ? 'done' : 'dead';
      entry.dueAtMs = this.clock() + keepMs;
      const { order } = entry.message;
      if (!order) return;
      this.lastSequences.set(order.key, Math.max(order.sequence, this.lastSequences.get(order.key) ?? 0));
      for (const other of this.entries.values()) {
        const waitsForIt =
          other.message.order?.key === order.key && other.message.order.sequence === order.sequence + 1;
        if (waitsForIt && other.state === 'waiting' && other.attempts === 0) other.dueAtMs = this.clock();
      }
    });
  }

  private change(id: string, owner: string, apply: (entry: Entry) => void): Promise<boolean> {
    const entry = this.entries.get(id);
    const isOurs = entry?.owner === owner;
    if (isOurs) apply(entry);
    return Promise.resolve(isOurs);
  }

  private forget(): void {
    for (const [id, { state, dueAtMs }] of this.entries)
      if (state === 'done' && dueAtMs <= this.clock()) this.entries.delete(id);
  }
}

function goesFirst(other: Entry, entry: Entry, nowMs: number): boolean {
  const [before, order] = [other.message.order, entry.message.order];
  if (other === entry || !before || !order || before.key !== order.key) return false;
  return before.sequence < order.sequence || (other.owner !== null && other.dueAtMs > nowMs);
}
