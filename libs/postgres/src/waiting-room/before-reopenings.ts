import type { PositionedFact } from '../delivery-log/fold-deliveries.js';

/** It joins the line of its key anew. */
export function isReopenedInOrder({ fact }: PositionedFact): boolean {
  return fact.fact === 'delivery.reopened' && fact.ordering?.sequence !== undefined;
}

/**
 * Facts in parts, cut wherever deliveries are reopened in order: a key that was free before has gone on before they
 * join it, however the log is cut into batches the next time that it is read.
 */
export function beforeReopenings(facts: readonly PositionedFact[]): readonly (readonly PositionedFact[])[] {
  const parts: PositionedFact[][] = [];
  for (const [index, fact] of facts.entries()) {
    const before = facts[index - 1];
    const isCut = !before || (isReopenedInOrder(fact) && !isReopenedInOrder(before));
    if (isCut) parts.push([fact]);
    else parts.at(-1)?.push(fact);
  }
  return parts;
}
