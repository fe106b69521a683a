/** What a handler says of a message; only the runner acknowledges. */
export type Outcome =
  | { readonly kind: 'ack' }
  | { readonly kind: 'retryAfter'; readonly delayMs: number }
  | { readonly kind: 'waitHere' }
  | { readonly kind: 'discard'; readonly reason: string };

const acknowledged: Outcome = { kind: 'ack' };
const waiting: Outcome = { kind: 'waitHere' };

/** Done: never again. */
export const ack = (): Outcome => acknowledged;
/** Once more, not before `delayMs`, by whoever gets it; it counts as handed out. */
export const retryAfter = (delayMs: number): Outcome => ({ kind: 'retryAfter', delayMs });
/**
 * Once more in a while, by this process, uncounted: for what is no fault of the message, such as a broker without room.
 * However long that lasts, it looks like no message that brings its workers down.
 */
export const waitHere = (): Outcome => waiting;
/** Never again, and it is said why. */
export const discard = (reason: string): Outcome => ({ kind: 'discard', reason });
