import { expect, it } from '@jest/globals';
import type { Logger } from './logger.js';
import { Upkeep } from './upkeep.js';

function stub(told: (text: string) => void = () => undefined): Logger {
  const logger = {
    warn: (_about: object, text: string) => told(text),
    debug: () => undefined,
    child: () => logger,
  };
  return logger as unknown as Logger;
}

it('works round by round, tells a failure once it has lasted and once, and ends with its round', async () => {
  const told: string[] = [];
  let nowMs = 0;
  let rounds = 0;
  let reached: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => (reached = resolve));
  const upkeep = new Upkeep({
    name: 'test',
    everyMs: 1,
    trouble: 'it fails',
    logger: stub((text) => told.push(text)),
    nowMs: () => nowMs,
    work: () => {
      rounds += 1;
      nowMs += 6_000;
      if (rounds === 8) reached();
      return rounds <= 6 ? Promise.reject(new Error('no')) : Promise.resolve();
    },
  });
  upkeep.start();
  await enough;
  await upkeep.stop();
  expect(told).toEqual(['it fails']);
  const atTheEnd = rounds;
  await new Promise((resolve) => setImmediate(resolve));
  expect(rounds).toBe(atTheEnd);
});

it('lets its round end before it has stopped, and tells the round to', async () => {
  const seen: string[] = [];
  const upkeep = new Upkeep({
    name: 'test',
    everyMs: 1_000_000,
    trouble: '',
    logger: stub(),
    nowMs: () => 0,
    work: async (stopped) => {
      await new Promise((resolve) => stopped.addEventListener('abort', resolve));
      seen.push('round ended');
    },
  });
  upkeep.start();
  await upkeep.stop();
  seen.push('stopped');
  expect(seen).toEqual(['round ended', 'stopped']);
});

it('does again soon what is rare and failed as its service started, and tells nobody of it', async () => {
  const told: string[] = [];
  let rounds = 0;
  let reached: () => void = () => undefined;
  const again = new Promise<void>((resolve) => (reached = resolve));
  const upkeep = new Upkeep({
    name: 'test',
    everyMs: 3_600_000,
    trouble: 'it fails',
    logger: stub((text) => told.push(text)),
    nowMs: () => rounds * 1_000,
    work: () => {
      rounds += 1;
      if (rounds === 1) return Promise.reject(new Error('the database is starting up'));
      reached();
      return Promise.resolve();
    },
  });
  upkeep.start();
  await again;
  await upkeep.stop();
  expect(told).toEqual([]);
});
