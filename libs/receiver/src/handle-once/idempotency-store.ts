export type Claim =
  | { readonly kind: 'claimed' }
  /** It was handled; the result as it was given to `complete`. */
  | { readonly kind: 'done'; readonly result: string }
  /** Somebody else handles it; their lease ends then, unless they extend it. */
  | { readonly kind: 'busy'; readonly leftMs: number };

/**
 * Who handles what, for several processes. A key is free, claimed until its lease ends, or done until its result is forgotten:
 *
 *   free ── claim ──▶ claimed ── complete ──▶ done ── keepMs ──▶ free
 *    ▲                   │
 *    └─ release, lease ──┘
 *
 * Each claim has an owner of its own: one whose lease ended must not undo what the next one does.
 */
export interface IdempotencyStore {
  claim(key: string, owner: string, leaseMs: number): Promise<Claim>;
  /** @returns false: the claim is not this owner's any more */
  extend(key: string, owner: string, leaseMs: number): Promise<boolean>;
  /** Also of a key that is free by now, for the work was done. @returns false: another claimed or completed it */
  complete(key: string, owner: string, result: string, keepMs: number): Promise<boolean>;
  /** Nothing, when the claim is not this owner's any more. */
  release(key: string, owner: string): Promise<void>;
}
