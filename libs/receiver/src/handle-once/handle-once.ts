import { randomUUID } from 'node:crypto';
import type { IdempotencyStore } from './idempotency-store.js';

export interface OnceOptions {
  readonly store: IdempotencyStore;
  /** After a crash nobody can handle it for so long; extended while the handler runs. 30 s when not given. */
  readonly leaseMs?: number;
  /** How long a duplicate gets the same result; 24 h when not given. */
  readonly keepMs?: number;
  /**
   * Of the sender, where receivers of several share a store: one must not use up the ids of another. Part of the key.
   */
  readonly scope?: string;
  /** Told of a store that failed when the work itself did not. `console.error` when not given. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export type Once =
  | { readonly kind: 'ran' | 'repeated'; readonly result: unknown }
  | { readonly kind: 'busy'; readonly retryAfterSec: number };

/** Whoever waits for another's handler need not wait for the whole lease. */
const maxRetryAfterSec = 5;

/**
 * Runs it once for all callers with the same id, in whatever process. Who comes while it runs is sent away rather than kept
 * waiting; who comes later gets the same result, through JSON. What it throws is thrown, and the id is free at once.
 */
export async function handleOnce(id: string, run: () => unknown, options: OnceOptions): Promise<Once> {
  const { store, leaseMs = 30_000, keepMs = 24 * 3_600_000, onError = console.error } = options;
  const key = options.scope === undefined ? id : `${options.scope}:${id}`;
  const owner = randomUUID();
  const claim = await store.claim(key, owner, leaseMs);
  if (claim.kind === 'done') return { kind: 'repeated', result: JSON.parse(claim.result) };
  if (claim.kind === 'busy') {
    const retryAfterSec = Math.min(maxRetryAfterSec, Math.max(1, Math.ceil(claim.leftMs / 1_000)));
    return { kind: 'busy', retryAfterSec };
  }
  const renewal = setInterval(() => {
    store.extend(key, owner, leaseMs).catch(onError);
  }, leaseMs / 3).unref();
  let result: unknown;
  try {
    result = (await run()) ?? null;
    // here, so that a result that is no JSON frees the key
    JSON.stringify(result);
  } catch (error) {
    clearInterval(renewal);
    // the lease frees it otherwise
    await store.release(key, owner).catch(onError);
    throw error;
  }
  clearInterval(renewal);
  // the work is done: a 500 for the store's sake would have it done twice for sure
  await store.complete(key, owner, JSON.stringify(result), keepMs).catch(onError);
  return { kind: 'ran', result };
}
