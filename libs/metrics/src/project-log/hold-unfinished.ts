import type { PositionedFact } from '@postel/jetstream';

export interface Split {
  readonly ready: readonly PositionedFact[];
  /** In their order too. */
  readonly held: readonly PositionedFact[];
}

/**
 * Holds back what is known of events of which a delivery has not had its first outcome: together with that its row is
 * written once, instead of written and changed, which costs more than twice as much.
 * @param facts in log order
 * @param mayHold whether such an event may be held back at all
 */
export function holdUnfinished(
  facts: readonly PositionedFact[],
  mayHold: (fanOut: PositionedFact) => boolean,
): Split {
  const heldIds = unfinishedOf(facts, mayHold);
  if (heldIds.size === 0) return { ready: facts, held: [] };
  const ready: PositionedFact[] = [];
  const held: PositionedFact[] = [];
  for (const positioned of facts) (isOf(positioned, heldIds) ? held : ready).push(positioned);
  return { ready, held };
}

/** All deliveries of the events that are held back. */
function unfinishedOf(
  facts: readonly PositionedFact[],
  mayHold: (fanOut: PositionedFact) => boolean,
): ReadonlySet<string> {
  const ended = new Set<string>();
  for (const { fact } of facts) if ('deliveryId' in fact) ended.add(fact.deliveryId);
  const unfinished = new Set<string>();
  for (const positioned of facts) {
    const { fact } = positioned;
    if (fact.fact !== 'event.fanned_out' || !mayHold(positioned)) continue;
    if (fact.deliveries.every(({ deliveryId }) => ended.has(deliveryId))) continue;
    for (const { deliveryId } of fact.deliveries) unfinished.add(deliveryId);
  }
  return unfinished;
}

function isOf({ fact }: PositionedFact, deliveryIds: ReadonlySet<string>): boolean {
  if ('deliveryId' in fact) return deliveryIds.has(fact.deliveryId);
  if (fact.fact !== 'event.fanned_out') return false;
  const [first] = fact.deliveries;
  return first !== undefined && deliveryIds.has(first.deliveryId);
}
