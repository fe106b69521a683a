import { describe, expect, it } from '@jest/globals';
import { timingParts } from './timing-parts.js';

describe('where the time of an attempt went', () => {
  const told = (timing: Record<string, number>, durationMs: number) =>
    timingParts(timing, durationMs).map(({ name, lengthMs }) => [name, lengthMs]);

  it('is told in the order in which it happened, to the end', () => {
    expect(told({ firstByteMs: 50, tlsMs: 20, dnsMs: 5, connectMs: 10 }, 100)).toEqual([
      ['DNS', 5],
      ['Connect', 10],
      ['TLS', 20],
      ['Waiting for the answer', 50],
      ['Reading it', 15],
    ]);
  });

  it('says where there was no answer', () => {
    expect(told({ dnsMs: 5 }, 10_000)).toEqual([
      ['DNS', 5],
      ['Without an answer', 9_995],
    ]);
  });
});
