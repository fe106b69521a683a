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

  it.each(['', 'x', '!!', Buffer.from('0').toString('base64url'), Buffer.from('1e9').toString('base64url')])(
    'refuses the cursor "%s"',
    (cursor) => {
      expect(() => pageOfAttempts(attempts, { limit: 2, cursor })).toThrow('invalid_cursor');
    },
  );
});
