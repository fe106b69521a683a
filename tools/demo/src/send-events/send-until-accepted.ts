import { setTimeout as delay } from 'node:timers/promises';
import type { Accepted, GivenUp, OutgoingEvent } from './outgoing-event.js';

export type Try =
  { readonly kind: 'accepted' } | { readonly kind: 'again' | 'refused'; readonly reason: string };

export interface Patience {
  readonly signal: AbortSignal;
  /** How long one event is tried. */
  readonly deadlineMs?: number;
}

/** As a good producer: what was not acknowledged is sent again, with the same id, for a minute. */
export async function sendUntilAccepted(
  event: OutgoingEvent,
  send: (event: OutgoingEvent) => Promise<Try>,
  { signal, deadlineMs = 60_000 }: Patience,
): Promise<Accepted | GivenUp> {
  const giveUpAtMs = Date.now() + deadlineMs;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    const tried = await send(event);
    if (tried.kind === 'accepted') return { event, acceptedAtMs: Date.now(), tries };
    if (tried.kind === 'refused' || Date.now() > giveUpAtMs) return { event, reason: tried.reason };
    await delay(Math.min(100 * tries, 1_000), undefined, { signal });
  }
}
