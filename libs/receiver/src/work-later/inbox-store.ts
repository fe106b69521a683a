/** A verified request, raw. */
export interface InboxMessage {
  readonly id: string;
  readonly type: string;
  /** Without those that are credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Both or none: messages with the same key are taken in the order of their sequence, one at a time. */
  readonly order: { readonly key: string; readonly sequence: number } | null;
}

export interface TakenMessage extends InboxMessage {
  /** From 1; an attempt that ended with the process counts. */
  readonly attemptNumber: number;
  /** Since it was put, by the store's clock. */
  readonly ageMs: number;
  /** The highest that was finished of its key; `null`: it is the first, or has no order. */
  readonly lastSequence: number | null;
}

/**
 * What came and what became of it:
 *
 *   put ──▶ waiting ── take ──▶ leased ── finish ──▶ done, kept to know duplicates, or dead
 *              ▲                  │
 *              └─ putBack, lease ─┘
 */
export interface InboxStore {
  /** Durable when it resolves. @returns false: it was put before */
  put(message: InboxMessage): Promise<boolean>;
  /** What is due the longest. Whoever crashes with it loses it when the lease ends. */
  take(owner: string, leaseMs: number): Promise<TakenMessage | null>;
  /** As all that follow, @returns false: the message is not this owner's any more */
  extend(id: string, owner: string, leaseMs: number): Promise<boolean>;
  /** @param reason why an attempt failed; `null`: it was none, and does not count */
  putBack(id: string, owner: string, afterMs: number, reason: string | null): Promise<boolean>;
  /** @param reason why it is dead; `null`: it is done, and its body is not kept. `keepMs` is for the done */
  finish(id: string, owner: string, reason: string | null, keepMs: number): Promise<boolean>;
}
