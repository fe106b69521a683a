import { expect, it } from '@jest/globals';
import { ProblemError } from '@postel/client';
import type { Query } from '@tanstack/react-query';
import { every } from './make-queries.js';

const failed = (error: Error | null) => ({ state: { error } }) as Query;
const away = new ProblemError(503, null, null);

it.each([
  ['as it is meant to be, while it is answered', 60_000, null, 60_000],
  ['not at all, where it is not meant to be', false, null, false],
  ['sooner, when it failed', 60_000, away, 5_000],
  ['also where it is not meant to be', false, new TypeError('Failed to fetch'), 5_000],
  ['no later than it is meant to be', 2_000, away, 2_000],
  ['no sooner, when it was refused', 60_000, new ProblemError(403, null, null), 60_000],
] as const)('asks again %s', (_, intervalMs, error, expected) => {
  expect(every(intervalMs)(failed(error))).toBe(expected);
});
