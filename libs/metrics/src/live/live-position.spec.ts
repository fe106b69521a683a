import { expect, it } from '@jest/globals';
import { factPosition, livePosition } from '@postel/contracts';
import { endOfMessage, isBehind, nextMessageOf, parsePosition, positionText } from './live-position.js';

it.each(['0', '1024', '7168.0', '7168.499', positionText(endOfMessage(7))])('keeps %s as it is', (text) => {
  expect(livePosition.safeParse(text).success).toBe(true);
  expect(positionText(parsePosition(text))).toBe(text);
});

it('puts what a fact made in its order, and all of it before the next fact', () => {
  const order = ['7168.0', '7168.1', '7168.10', '7168', '7169', '8191', '8192'].map(parsePosition);
  for (const [index, earlier] of order.entries()) {
    expect(isBehind(earlier, earlier)).toBe(false);
    for (const later of order.slice(index + 1))
      expect([isBehind(later, earlier), isBehind(earlier, later)]).toEqual([true, false]);
  }
});

it('reads a message again of which something may be left, and no other', () => {
  expect(nextMessageOf(parsePosition('0'))).toBe(1);
  expect(nextMessageOf({ fact: factPosition(7, 0), nth: 3 })).toBe(7);
  expect(nextMessageOf({ fact: factPosition(7, 2), nth: Infinity })).toBe(7);
  expect(nextMessageOf(endOfMessage(7))).toBe(8);
  expect(nextMessageOf(endOfMessage(0))).toBe(1);
});
