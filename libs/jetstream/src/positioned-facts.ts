import { parseFact, type LogFact } from '@postel/contracts';
import type { IncomingMessage } from './incoming-message.js';

export interface PositionedFact {
  /** Position in LOG. */
  readonly seq: number;
  readonly fact: LogFact;
}

/** The facts of a batch of LOG, in its order; what this version does not know is passed over. */
export function positionedFacts(batch: readonly IncomingMessage[]): PositionedFact[] {
  const facts: PositionedFact[] = [];
  for (const message of batch) {
    const fact = parseFact(message.payload);
    if (fact) facts.push({ seq: message.seq, fact });
  }
  return facts;
}
