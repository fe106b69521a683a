import { describe, expect, it } from '@jest/globals';
import { DeliveryFigures, otherErrors, type CountedAttempt } from './delivery-figures.js';

const failed: CountedAttempt = { durationMs: 10, outcome: 'retry', responseStatus: 503, errorCode: null };

function errorsOf(...attempts: readonly CountedAttempt[]): object {
  const figures = new DeliveryFigures();
  for (const attempt of attempts) figures.countAttempt(attempt, 1);
  return Object.fromEntries(figures.errors);
}

describe('DeliveryFigures', () => {
  it.each([
    ['its status', failed, '503'],
    [
      'its error where there was no answer',
      { ...failed, responseStatus: null, errorCode: 'timeout' },
      'timeout',
    ],
    [
      'its error where a good answer never ended',
      { ...failed, responseStatus: 200, errorCode: 'reset' },
      'reset',
    ],
    ['its status where that was bad and never ended', { ...failed, errorCode: 'reset' }, '503'],
    ['nothing known', { ...failed, responseStatus: null }, 'unknown'],
  ])('tells a failed attempt by %s', (_, attempt, error) => {
    expect(errorsOf(attempt)).toEqual({ [error]: 1 });
  });

  it('counts no error of a success', () => {
    expect(errorsOf({ ...failed, outcome: 'succeeded', responseStatus: 204 })).toEqual({});
  });

  it('is as if nothing had been when all is taken back', () => {
    const figures = new DeliveryFigures();
    for (const times of [1, -1] as const) {
      figures.countAttempt(failed, times);
      for (const status of ['pending', 'succeeded', 'dead', 'discarded'] as const)
        figures.countStatus(status, times);
    }
    expect(figures).toEqual(new DeliveryFigures());
    expect(figures.latencies.pairs()).toEqual([]);
  });

  it('keeps a bounded number of kinds of errors, and loses none of the count', () => {
    const kept = new DeliveryFigures();
    for (let status = 1_000; status < 1_200; status++) {
      const more = new DeliveryFigures();
      more.countAttempt({ ...failed, responseStatus: status }, 1);
      more.countAttempt(failed, 1);
      kept.addBounded(more);
    }
    expect(kept.errors.size).toBe(65);
    expect(kept.errors.get('503')).toBe(200);
    expect(kept.errors.get(otherErrors)).toBe(200 - 63);
  });
});
