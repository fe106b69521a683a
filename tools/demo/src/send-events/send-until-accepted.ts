import { setTimeout as delay } from 'node:timers/promises';
import { DemoFault } from '../demo-fault.js';
import type { Accepted, Refused, OutgoingEvent } from './outgoing-event.js';

export type Try =
  { readonly kind: 'accepted' } | { readonly kind: 'again' | 'refused'; readonly reason: string };

export interface Patience {
  readonly signal: AbortSignal;
  /** How long one event is tried. */
  readonly deadlineMs?: number;
}

/**
 * As a good producer: what was not acknowledged is sent again, with the same id, for a minute.
 * @throws {DemoFault} when the minute is over: nobody is there, and the other events would fare no better
 */
export async function sendUntilAccepted(
  event: OutgoingEvent,
  send: (event: OutgoingEvent) => Promise<Try>,
  { signal, deadlineMs = 60_000 }: Patience,
): Promise<Accepted | Refused> {
  const giveUpAtMs = Date.now() + deadlineMs;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    const tried = await send(event);
    if (tried.kind === 'accepted') return { event, acceptedAtMs: Date.now(), tries };
    if (tried.kind === 'refused') return { event, reason: tried.reason };
    if (Date.now() > giveUpAtMs) throw new DemoFault(notTaken(event, deadlineMs, tried.reason));
    await delay(Math.min(100 * tries, 1_000), undefined, { signal });
  }
}

function notTaken({ type, id, door }: OutgoingEvent, deadlineMs: number, reason: string): string {
  const seconds = deadlineMs / 1_000;
  return `Postel did not take ${type} ${id} within ${seconds} s, over ${door.toUpperCase()}: ${reason}.`;
}
