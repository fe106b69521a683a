import { expect, it } from '@jest/globals';
import type { Logger } from './logger.js';
import { Tally } from './tally.js';

it('tells once what came together, how long of what took a time, and nothing when nothing came', () => {
  const told: unknown[] = [];
  const logger = {
    info: (fields: object, message: string) => told.push([message, fields]),
  } as unknown as Logger;
  const tally = new Tally({ logger, message: 'requests' });
  tally.tell();
  expect([tally.count('202', 10), tally.count('202', 2.04), tally.count('503')]).toEqual([true, false, true]);
  tally.tell();
  tally.tell();
  expect(told).toEqual([['requests', { total: 3, outcomes: { 202: 2, 503: 1 }, meanMs: 6, maxMs: 10 }]]);
  expect(tally.count('202')).toBe(true);
  tally.tell();
  expect(told[1]).toEqual(['requests', { total: 1, outcomes: { 202: 1 } }]);
});
