import { factPosition, messageOfFactPosition } from '@postel/contracts';

/** Where a live answer has come to: all up to and with this. */
export interface LivePosition {
  /** Of a fact in LOG, or of the end of a message there. */
  readonly fact: number;
  /** Which of the deliveries that the fact made, from 0; Infinity: all of them. */
  readonly nth: number;
}

/** @param text of the form that the contract has for it */
export function parsePosition(text: string): LivePosition {
  const [fact, nth] = text.split('.');
  return { fact: Number(fact), nth: nth === undefined ? Infinity : Number(nth) };
}

export function positionText({ fact, nth }: LivePosition): string {
  return nth === Infinity ? String(fact) : `${fact}.${nth}`;
}

export function isBehind(position: LivePosition, other: LivePosition): boolean {
  return position.fact > other.fact || (position.fact === other.fact && position.nth > other.nth);
}

/** All of a message of LOG, however many facts it has. */
export function endOfMessage(seq: number): LivePosition {
  return { fact: factPosition(seq + 1, 0) - 1, nth: Infinity };
}

/** The first message of LOG that may have something behind the position. */
export function nextMessageOf({ fact }: LivePosition): number {
  // no message has so many facts that one of them has the last position before the next message
  return Math.max(1, messageOfFactPosition(fact + 1));
}
