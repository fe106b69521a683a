import { expect, it, jest } from '@jest/globals';
import { atOnce, inTurns, type Steps } from './steps.js';

function* busy(pieces: number, ms: number): Steps<number> {
  for (let piece = 0; piece < pieces; piece++) {
    const untilMs = performance.now() + ms;
    while (performance.now() < untilMs);
    yield;
  }
  return pieces;
}

it('lets others have their turn between the pieces of long work', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    if (turns < 1_000) setImmediate(count);
  };
  setImmediate(count);
  expect(await inTurns(busy(4, 5))).toBe(4);
  expect(turns).toBeGreaterThanOrEqual(4);
});

it('does short work at once, and all work where nobody may wait', async () => {
  let turned = false;
  setImmediate(() => (turned = true));
  expect(atOnce(busy(2, 5))).toBe(2);
  // work that takes no time, however busy the machine is
  const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
  try {
    expect(await inTurns(busy(100, 0))).toBe(100);
  } finally {
    clock.mockRestore();
  }
  expect(turned).toBe(false);
});
