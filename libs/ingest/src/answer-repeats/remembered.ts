/** An answer as it is given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

/**
 * What is known of one idempotency key.
 *
 *   (nothing) ──▶ claimed ──▶ answered ──▶ (24 h later) nothing
 *                  │   ╰────▶ free: the request was refused before anything was done
 *                  ╰─(lease over: its process is dead)─▶ claimed, by the next one
 */
export type Remembered =
  | { readonly state: 'claimed'; readonly fingerprint: string }
  | { readonly state: 'answered'; readonly fingerprint: string; readonly answer: KeptAnswer }
  | { readonly state: 'free' }
  /** Sealed with a master key that is not ours any more. */
  | { readonly state: 'unreadable' };

export type Verdict =
  | { readonly kind: 'take' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'in-progress'; readonly retryAfterSec: number };

/**
 * How long a claim without an answer holds. Longer than any request takes: one that is passed on to another service ends
 * after 30 s without an answer.
 */
export const leaseMs = 60_000;

/** Whoever is told to wait asks again soon: most requests take milliseconds. */
const longestWaitSec = 5;

/** What a request does when its key is known already. */
export function judge(
  remembered: Remembered,
  now: { readonly fingerprint: string; readonly ageMs: number },
): Verdict {
  if (remembered.state === 'free') return { kind: 'take' };
  if (remembered.state === 'unreadable') return { kind: 'conflict' };
  if (remembered.fingerprint !== now.fingerprint) return { kind: 'conflict' };
  if (remembered.state === 'answered') return { kind: 'answered', answer: remembered.answer };
  const leftMs = leaseMs - now.ageMs;
  if (leftMs <= 0) return { kind: 'take' };
  return { kind: 'in-progress', retryAfterSec: Math.min(longestWaitSec, Math.ceil(leftMs / 1_000)) };
}

/** Refused before anything was done, and perhaps not the next time: syntax, credentials, validation, limits. */
const refusedAtTheDoor: ReadonlySet<number> = new Set([400, 401, 403, 405, 408, 413, 415, 422, 429]);

/**
 * Whether an answer is the one for all repetitions. A 5xx is not, nor what was refused before anything was done, nor the
 * loss of a race (`endpoint_changed`), which tells the caller to try again.
 */
export function isFinal({ status, body }: Pick<KeptAnswer, 'status' | 'body'>): boolean {
  if (status < 400) return true;
  if (status >= 500 || refusedAtTheDoor.has(status)) return false;
  return !/"code":"\w+_changed"/.test(body);
}
