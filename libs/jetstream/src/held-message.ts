import type { IncomingMessage } from './incoming-message.js';

/** A message that a runner has in its hands, until it says what became of it. */
export interface HeldMessage extends IncomingMessage {
  readonly arrivedAtMs: number;
  /** Kept by MessagesInWork. */
  place: number;
  /** How often the runner gave it to its handler. */
  timesHandedOver: number;
  ack(): void;
  /** Gives it back; resolves when that needs no more of this process. */
  nak(delayMs: number): Promise<void> | void;
  term(reason: string): void;
  working(): void;
}
