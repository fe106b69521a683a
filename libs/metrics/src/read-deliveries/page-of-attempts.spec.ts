import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '@postel/postgres';
import { pageOfAttempts } from './page-of-attempts.js';

const attempts = [1, 2, 3, 4, 5].map((number) => ({ number }) as Attempt);
const numbers = (page: { items: readonly Attempt[] }) => page.items.map(({ number }) => number);

describe('pageOfAttempts', () => {
  it('tells all attempts over its pages, first to last, each once', () => {
    const first = pageOfAttempts(attempts, { limit: 2 });
    const second = pageOfAttempts(attempts, { limit: 2, cursor: first.nextCursor ?? '' });
    const third = pageOfAttempts(attempts, { limit: 2, cursor: second.nextCursor ?? '' });
    expect([first, second, third].map(numbers)).toEqual([[1, 2], [3, 4], [5]]);
    expect(third.nextCursor).toBeNull();
    expect(pageOfAttempts(attempts, { limit: 5 }).nextCursor).toBeNull();
  });

  it('ends a page early whose bodies would be too long together', () => {
    const withBodies = attempts.map((attempt) => ({ ...attempt, response: { body: 'x'.repeat(200_000) } }));
    const page = pageOfAttempts(withBodies as Attempt[], { limit: 50 }, 400_000);
    expect(numbers(page)).toEqual([1, 2]);
    const rest = pageOfAttempts(withBodies as Attempt[], { limit: 2, cursor: page.nextCursor ?? '' }, 2e6);
    expect(numbers(rest)).toEqual([3]);
    expect(rest.nextCursor).not.toBeNull();
  });

  it.each(['', 'x', '!!', Buffer.from('0').toString('base64url'), Buffer.from('1e9').toString('base64url')])(
    'refuses the cursor "%s"',
    (cursor) => {
      expect(() => pageOfAttempts(attempts, { limit: 2, cursor })).toThrow('invalid_cursor');
    },
  );
});
