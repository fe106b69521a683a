/** What a handler says of a message; only the runner acknowledges. */
export type Outcome =
  | { readonly kind: 'ack' }
  | { readonly kind: 'retryAfter'; readonly delayMs: number }
  | { readonly kind: 'discard'; readonly reason: string };

const acknowledged: Outcome = { kind: 'ack' };

/** Done: never again. */
export const ack = (): Outcome => acknowledged;
/** Once more, not before `delayMs`. */
export const retryAfter = (delayMs: number): Outcome => ({ kind: 'retryAfter', delayMs });
/** Never again, and it is said why. */
export const discard = (reason: string): Outcome => ({ kind: 'discard', reason });
