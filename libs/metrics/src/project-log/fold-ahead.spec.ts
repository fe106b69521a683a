import { describe, expect, it } from '@jest/globals';
import { FoldAhead } from './fold-ahead.js';
import { fannedOut, message, outcome } from './log.fixture.js';

const startMs = 1_000_000;

function folding(lastSequence: number) {
  const log = { lastSequence };
  const ahead = new FoldAhead({ lastSequence: async () => log.lastSequence, longestMs: 5_000 });
  return { ahead, log, written: () => ahead.facts.map(({ fact }) => fact.fact) };
}

describe('reading the log ahead', () => {
  it('writes a delivery together with its outcome, and keeps the position before it until then', async () => {
    const { ahead, written } = folding(9);
    expect(await ahead.read([message(5, startMs, fannedOut('a'))])).toBe(4);
    expect(written()).toEqual([]);
    expect(await ahead.read([message(6, startMs, outcome('delivery.succeeded', 'a'))])).toBe(6);
    expect(written()).toEqual(['event.fanned_out', 'delivery.succeeded']);
  });

  it('goes on meanwhile with what has nothing to do with it', async () => {
    const { ahead, written } = folding(9);
    await ahead.read([message(5, startMs, fannedOut('a'))]);
    expect(await ahead.read([message(6, startMs, outcome('delivery.succeeded', 'older'))])).toBe(4);
    expect(written()).toEqual(['delivery.succeeded']);
  });

  it('holds nothing back at the end of the log', async () => {
    const { ahead, written } = folding(6);
    await ahead.read([message(5, startMs, fannedOut('a'))]);
    expect(ahead.heldSinceMs).toBe(startMs);
    expect(await ahead.read([message(6, startMs, fannedOut('b'))])).toBe(6);
    expect(written()).toEqual(['event.fanned_out', 'event.fanned_out']);
    expect(ahead.heldSinceMs).toBe(Infinity);
  });

  it('writes what has been under way for too long as it is', async () => {
    const { ahead, written } = folding(9);
    await ahead.read([message(5, startMs, fannedOut('a'))]);
    expect(await ahead.read([message(6, startMs + 5_000, fannedOut('b'))])).toBe(5);
    expect(written()).toEqual(['event.fanned_out']);
  });

  it('holds no more than so many facts', async () => {
    const { ahead, written } = folding(99);
    const wide = (seq: number) =>
      message(seq, startMs, ...Array.from({ length: 1_000 }, (_, n) => fannedOut(`${seq}_${n}`)));
    for (let seq = 1; seq <= 25; seq++) await ahead.read([wide(seq)]);
    expect(await ahead.read([wide(26)])).toBe(1);
    expect(written()).toHaveLength(1_000);
  });

  it('forgets what it held when the log is read again', async () => {
    const { ahead, written } = folding(9);
    await ahead.read([message(5, startMs, fannedOut('a'))]);
    ahead.reset();
    await ahead.read([message(9, startMs, outcome('delivery.succeeded', 'b'))]);
    expect(written()).toEqual(['delivery.succeeded']);
  });
});
