import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage, PositionedFact } from '@postel/jetstream';
import { FoldAhead } from './fold-ahead.js';
import { fannedOut, message, outcome } from './log.fixture.js';

const startMs = 1_000_000;

function folding(lastSequence: number) {
  const log = { lastSequence };
  const clock = { nowMs: startMs };
  const ahead = new FoldAhead({
    lastSequence: async () => log.lastSequence,
    longestMs: 5_000,
    nowMs: () => clock.nowMs,
  });
  let written: readonly string[] = [];
  const read = async (batch: readonly IncomingMessage[]) => {
    const ready: PositionedFact[] = [];
    const { facts, position } = await ahead.read(batch, (some) => ready.push(...some));
    written = facts().map(({ fact }) => fact.fact);
    // what is read once more is what was ready, in log order
    expect(facts()).toEqual(ready.toSorted((a, b) => a.seq - b.seq));
    return position;
  };
  return { ahead, clock, log, read, written: () => written };
}

describe('reading the log ahead', () => {
  it('writes a delivery together with its outcome, and keeps the position before it until then', async () => {
    const { read, written } = folding(9);
    expect(await read([message(5, startMs, fannedOut('a'))])).toBe(4);
    expect(written()).toEqual([]);
    expect(await read([message(6, startMs, outcome('delivery.succeeded', 'a'))])).toBe(6);
    expect(written()).toEqual(['event.fanned_out', 'delivery.succeeded']);
  });

  it('writes what is complete before all is read', async () => {
    const { ahead } = folding(9);
    const ready: number[][] = [];
    const batch = [
      message(5, startMs, fannedOut('a'), fannedOut('b')),
      message(6, startMs, outcome('delivery.succeeded', 'a')),
      message(7, startMs, outcome('delivery.succeeded', 'b')),
    ];
    await ahead.read(batch, (some) => ready.push(some.map(({ seq }) => seq / 1_024)));
    expect(ready.map((some) => some.map(Math.floor))).toEqual([[], [5, 6], [5, 7], []]);
  });

  it('goes on meanwhile with what has nothing to do with it', async () => {
    const { read, written } = folding(9);
    await read([message(5, startMs, fannedOut('a'))]);
    expect(await read([message(6, startMs, outcome('delivery.succeeded', 'older'))])).toBe(4);
    expect(written()).toEqual(['delivery.succeeded']);
  });

  it('holds nothing back at the end of the log', async () => {
    const { ahead, read, written } = folding(6);
    await read([message(5, startMs, fannedOut('a'))]);
    expect(ahead.heldSinceMs).toBe(startMs);
    expect(await read([message(6, startMs, fannedOut('b'))])).toBe(6);
    expect(written()).toEqual(['event.fanned_out', 'event.fanned_out']);
    expect(ahead.heldSinceMs).toBe(Infinity);
  });

  it('writes what has been under way for too long as it is', async () => {
    const { read, written } = folding(9);
    await read([message(5, startMs, fannedOut('a'))]);
    expect(await read([message(6, startMs + 5_000, fannedOut('b'))])).toBe(5);
    expect(written()).toEqual(['event.fanned_out']);
  });

  it('holds it as long as the log is old that is read', async () => {
    const { clock, read, written } = folding(9);
    clock.nowMs = startMs + 66_000;
    await read([message(5, startMs, fannedOut('a'))]);
    expect(await read([message(6, startMs + 32_000, fannedOut('b'))])).toBe(4);
    expect(written()).toEqual([]);
    expect(await read([message(7, startMs + 33_000, fannedOut('c'))])).toBe(5);
    expect(written()).toEqual(['event.fanned_out']);
  });

  it('holds nothing for more than a minute, however old the log is', async () => {
    const { clock, read } = folding(9);
    clock.nowMs = startMs + 3_600_000;
    await read([message(5, startMs, fannedOut('a'))]);
    expect(await read([message(6, startMs + 59_999, fannedOut('b'))])).toBe(4);
    expect(await read([message(7, startMs + 60_000, fannedOut('c'))])).toBe(5);
  });

  it('holds no more than so many facts', async () => {
    const { read, written } = folding(99);
    const wide = (seq: number) =>
      message(seq, startMs, ...Array.from({ length: 1_000 }, (_, n) => fannedOut(`${seq}_${n}`)));
    for (let seq = 1; seq <= 50; seq++) await read([wide(seq)]);
    expect(await read([wide(51)])).toBe(1);
    expect(written()).toHaveLength(1_000);
  });

  it('forgets what it held when the log is read again', async () => {
    const { ahead, read, written } = folding(9);
    await read([message(5, startMs, fannedOut('a'))]);
    ahead.reset();
    await read([message(9, startMs, outcome('delivery.succeeded', 'b'))]);
    expect(written()).toEqual(['delivery.succeeded']);
  });
});
