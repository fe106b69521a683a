import { factPosition, parseFacts, type LogFact } from '@postel/contracts';
import type { IncomingMessage } from './incoming-message.js';

export interface PositionedFact {
  /** Order in LOG ({@link factPosition}). */
  readonly seq: number;
  readonly fact: LogFact;
}

/** The facts of a batch of LOG, in its order; what this version does not know is passed over. */
export function positionedFacts(batch: readonly IncomingMessage[]): PositionedFact[] {
  const facts: PositionedFact[] = [];
  for (const message of batch) readFacts(message, facts);
  return facts;
}

/** The same, in steps of a message: to read a whole batch takes some ten milliseconds. */
export function* positionedFactsInSteps(
  batch: readonly IncomingMessage[],
): Generator<void, PositionedFact[]> {
  const facts: PositionedFact[] = [];
  for (const message of batch) {
    readFacts(message, facts);
    yield;
  }
  return facts;
}

function readFacts(message: IncomingMessage, into: PositionedFact[]): void {
  for (const { index, fact } of parseFacts(message.payload))
    into.push({ seq: factPosition(message.seq, index), fact });
}
