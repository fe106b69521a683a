import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import type { PositionedFact } from '@postel/jetstream';
import { HeldEvents } from './held-events.js';
import { fannedOut, outcome } from './log.fixture.js';

const always = () => true;
let held: HeldEvents;
let seq: number;

beforeEach(() => {
  held = new HeldEvents(100);
  seq = 0;
});

/** @returns what is ready once these were read too */
function read(facts: readonly LogFact[], mayHold: (fanOut: PositionedFact) => boolean = always): number[] {
  const positioned = facts.map((fact) => ({ seq: seq++, fact }));
  return [...held.read(positioned), ...held.end(mayHold)].map(({ seq }) => seq);
}

describe('events that are held', () => {
  it('are let go with their outcome, while others stay', () => {
    expect(read([fannedOut('a'), fannedOut('b'), outcome('delivery.succeeded', 'a')])).toEqual([0, 2]);
    expect(held.oldest?.seq).toBe(1);
  });

  it('are let go in the order of the log, with what came between them', () => {
    expect(read([fannedOut('a'), outcome('delivery.deferred', 'old'), fannedOut('b')])).toEqual([1]);
    expect(read([outcome('delivery.succeeded', 'b'), outcome('delivery.succeeded', 'a')])).toEqual([
      0, 2, 3, 4,
    ]);
    expect(held.oldest).toBeUndefined();
  });

  it('take a deferral for an outcome', () => {
    expect(read([fannedOut('a'), outcome('delivery.deferred', 'a')])).toEqual([0, 1]);
  });

  it('are held until the last of their deliveries has an outcome, over any number of readings', () => {
    expect(read([fannedOut('a', 'b'), outcome('delivery.deferred', 'a')])).toEqual([]);
    expect(read([outcome('delivery.succeeded', 'a')])).toEqual([]);
    expect(read([outcome('delivery.died', 'b')])).toEqual([0, 1, 2, 3]);
    expect(read([outcome('delivery.reopened', 'b')])).toEqual([4]);
  });

  it('are not, where an outcome stands before them in what is read', () => {
    expect(read([outcome('delivery.succeeded', 'a'), fannedOut('a')])).toEqual([0, 1]);
  });

  it('are not either when what is read comes in pieces', () => {
    expect(held.read([{ seq: 0, fact: outcome('delivery.succeeded', 'a') }])).toHaveLength(1);
    expect(held.read([{ seq: 1, fact: fannedOut('a') }])).toHaveLength(1);
    held.end(always);
    expect(held.read([{ seq: 2, fact: fannedOut('a') }])).toEqual([]);
  });

  it('count an outcome that stands before them, where others are to come', () => {
    expect(read([outcome('delivery.succeeded', 'a'), fannedOut('a', 'b')])).toEqual([0]);
    expect(read([outcome('delivery.succeeded', 'b')])).toEqual([1, 2]);
  });

  it('take a repeated fan-out in, so that the first one decides what is written', () => {
    expect(read([fannedOut('a', 'b')])).toEqual([]);
    expect(read([fannedOut('a', 'b'), outcome('delivery.succeeded', 'a')])).toEqual([]);
    expect(read([outcome('delivery.succeeded', 'b')])).toEqual([0, 1, 2, 3]);
    expect(held.oldest).toBeUndefined();
  });

  it('take in what a repeated fan-out has beyond the first', () => {
    expect(read([fannedOut('a')])).toEqual([]);
    expect(read([fannedOut('a', 'b'), outcome('delivery.succeeded', 'a')])).toEqual([]);
    expect(read([outcome('delivery.succeeded', 'b')])).toEqual([0, 1, 2, 3]);
  });

  it('are none of those that were created before, nor what was not matched', () => {
    const unmatched = { ...fannedOut(), fact: 'event.unmatched' as const };
    expect(read([outcome('delivery.deferred', 'old'), unmatched, fannedOut('new')])).toEqual([0, 1]);
  });

  it('are only those that may be', () => {
    expect(read([fannedOut('a'), fannedOut('b')], ({ seq }) => seq > 0)).toEqual([0]);
    expect(held.oldest?.seq).toBe(1);
    expect(read([], () => false)).toEqual([1]);
  });

  it('are so many at most', () => {
    held = new HeldEvents(2);
    expect(read([fannedOut('a'), fannedOut('b'), fannedOut('c')])).toEqual([0]);
    expect(read([outcome('delivery.succeeded', 'a')])).toEqual([3]);
  });
});
