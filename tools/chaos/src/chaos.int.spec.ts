import { describe, expect, test } from '@jest/globals';
import type { Fault } from './inject-faults/fault.js';
import { randomKills } from './inject-faults/random-kills.js';
import { playFault } from './play-fault/play-fault.js';

/** The short version of `npm run chaos`: three faults one after the other on one stack, so that it starts once. */
const short: Fault = {
  name: 'short',
  about: 'kill -9 of the deliverer, of nats-server, and of whatever the seed has',
  shape: { brokers: 1, deliverers: 1, disk: 'plain' },
  allowance: { duplicates: 'in-flight', mustRefuse: false },
  acts: ({ random, quick }) => [
    { atMs: 1_500, act: { kind: 'kill', target: 'deliverer-1', awayMs: 500 } },
    { atMs: 4_500, act: { kind: 'kill', target: 'nats-1', awayMs: 500 } },
    ...randomKills({ loadMs: 4_000, quick, random }).map(({ atMs, act }) => ({ atMs: 6_000 + atMs, act })),
  ],
};

describe('a fleet that is broken on purpose', () => {
  test('loses nothing, and what happened, the log and the tables agree', async () => {
    const told: string[] = [];
    const { verdict } = await playFault(short, {
      seed: 5,
      loadMs: 10_000,
      quick: true,
      perSecond: 100,
      say: (line) => told.push(line),
      signal: new AbortController().signal,
    });
    expect({ complaints: verdict.complaints, told }).toEqual({ complaints: [], told });
    expect(verdict.figures).toMatchObject({ lost: 0 });
    expect(verdict.figures.acknowledged).toBeGreaterThan(300);
  }, 240_000);
});
