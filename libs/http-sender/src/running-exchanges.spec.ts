import { describe, expect, it } from '@jest/globals';
import { Exchange } from './exchange.js';
import { sendError } from './failure.js';
import { OverdueExchanges } from './overdue-exchanges.js';
import { RunningExchanges } from './running-exchanges.js';

const request = { url: 'http://receiver.test/', headers: {}, body: new Uint8Array(0), timeoutMs: 60_000 };

describe('the exchanges on the way', () => {
  it('are known until they end, in whatever order that is', () => {
    const running = new RunningExchanges();
    const ended: number[] = [];
    const exchanges = Array.from({ length: 5 }, (_, number) => {
      const exchange: Exchange = new Exchange(request, '/', new OverdueExchanges(), () => {
        running.remove(exchange);
        ended.push(number);
      });
      running.add(exchange);
      return exchange;
    });
    const end = (number: number): void => exchanges[number]?.fail(sendError('network_error', 'ended'));
    [1, 4, 0].forEach(end);
    expect(running.size).toBe(2);
    running.failAll(sendError('network_error', 'given up'));
    expect(running.size).toBe(0);
    expect(ended.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});
