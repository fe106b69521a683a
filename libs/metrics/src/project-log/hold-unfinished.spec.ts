import { describe, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import type { PositionedFact } from '@postel/jetstream';
import { fannedOut, outcome } from './log.fixture.js';
import { holdUnfinished } from './hold-unfinished.js';

const inOrder = (...facts: LogFact[]): PositionedFact[] => facts.map((fact, index) => ({ seq: index, fact }));
const seqsOf = (facts: readonly PositionedFact[]) => facts.map(({ seq }) => seq);
const always = () => true;

describe('holdUnfinished', () => {
  it('lets go what has an outcome, and holds what has none', () => {
    const { ready, held } = holdUnfinished(
      inOrder(fannedOut('a'), fannedOut('b'), outcome('delivery.succeeded', 'a')),
      always,
    );
    expect(seqsOf(ready)).toEqual([0, 2]);
    expect(seqsOf(held)).toEqual([1]);
  });

  it('takes a deferral for an outcome', () => {
    const { held } = holdUnfinished(inOrder(fannedOut('a'), outcome('delivery.deferred', 'a')), always);
    expect(held).toEqual([]);
  });

  it('holds an event with all that is known of it until its last delivery has an outcome', () => {
    const facts = inOrder(fannedOut('a', 'b'), outcome('delivery.succeeded', 'a'));
    expect(seqsOf(holdUnfinished(facts, always).held)).toEqual([0, 1]);
    const more = [...facts, { seq: 2, fact: outcome('delivery.died', 'b') }];
    expect(seqsOf(holdUnfinished(more, always).ready)).toEqual([0, 1, 2]);
  });

  it('holds nothing of deliveries that were created before, nor what was not matched', () => {
    const unmatched = { ...fannedOut(), fact: 'event.unmatched' as const };
    const facts = inOrder(outcome('delivery.deferred', 'old'), unmatched, fannedOut('new'));
    expect(seqsOf(holdUnfinished(facts, always).ready)).toEqual([0, 1]);
  });

  it('holds only what may be held', () => {
    const facts = inOrder(fannedOut('a'), fannedOut('b'));
    const { ready, held } = holdUnfinished(facts, ({ seq }) => seq > 0);
    expect(seqsOf(ready)).toEqual([0]);
    expect(seqsOf(held)).toEqual([1]);
  });
});
