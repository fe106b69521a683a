import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Exchange } from './exchange.js';
import { sendError } from './failure.js';
import { OverdueExchanges } from './overdue-exchanges.js';

const request = { url: 'http://receiver.test/', headers: {}, body: new Uint8Array(0), timeoutMs: 60_000 };

/** So many whose deadline has passed. */
function setUp(count: number) {
  const overdue = new OverdueExchanges();
  const ended: number[] = [];
  const exchanges = Array.from(
    { length: count },
    (_, number) => new Exchange(request, '/', overdue, () => void ended.push(number)),
  );
  exchanges.forEach((exchange) => exchange.onDeadline());
  return { ended, exchanges, overdue };
}

async function turnsUntil(isOver: () => boolean): Promise<number> {
  let turns = 0;
  for (; !isOver() && turns < 10_000; turns += 1) await nextTurn();
  return turns;
}

describe('exchanges that are overdue', () => {
  it('end after the turn in which their deadline passed', async () => {
    const { ended } = setUp(1);
    expect(ended).toEqual([]);
    await nextTurn();
    expect(ended).toEqual([0]);
  });

  it('end a few in each turn, in their order', async () => {
    const { ended } = setUp(200);
    await nextTurn();
    expect(ended).toEqual([0, 1]);
    expect(await turnsUntil(() => ended.length === 200)).toBeGreaterThan(90);
    expect(ended).toEqual(Array.from({ length: 200 }, (_, number) => number));
  });

  it('are over within some hundred turns however many they are', async () => {
    const { ended } = setUp(10_000);
    expect(await turnsUntil(() => ended.length === 10_000)).toBeLessThan(600);
  });

  it('are passed over when they have ended meanwhile', async () => {
    const { ended, exchanges } = setUp(5);
    for (const number of [0, 2, 3]) exchanges[number]?.fail(sendError('connection_reset', 'meanwhile'));
    await nextTurn();
    expect(ended).toEqual([0, 2, 3, 1, 4]);
  });

  it('end also when they come while others are ended', async () => {
    const { ended, overdue } = setUp(3);
    await nextTurn();
    new Exchange(request, '/', overdue, () => void ended.push(3)).onDeadline();
    await turnsUntil(() => ended.length === 4);
    expect(ended).toEqual([0, 1, 2, 3]);
  });
});
