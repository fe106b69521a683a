import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pageOfStates } from './page-of-states.js';

const state = (id: string, createdAtMs: number) => ({ id, createdAtMs });

describe('pageOfStates', () => {
  it('shows each once over all pages, newest first, while new ones arrive', () => {
    const times = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.nat(20)), {
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 5 }), (made, limit) => {
        const states = made.map(([id, createdAtMs]) => state(id, createdAtMs));
        const seen: string[] = [];
        let cursor: string | undefined;
        for (let round = 0; ; round++) {
          const page = pageOfStates([...states, state(`new-${round}`, 1_000 + round)], {
            limit,
            cursor,
          });
          seen.push(...page.items.map(({ id }) => id));
          if (page.nextCursor === null) break;
          cursor = page.nextCursor;
        }
        const old = seen.filter((id) => !id.startsWith('new-'));
        expect(new Set(old).size).toBe(old.length);
        expect(old.length).toBe(states.length);
        const created = old.map((id) => states.find((one) => one.id === id)?.createdAtMs ?? NaN);
        expect(created).toEqual([...created].sort((a, b) => b - a));
      }),
    );
  });

  it('ends a page early that would be too long, and goes on behind it', () => {
    const large = (id: string) => ({ ...state(id, 1), text: 'x'.repeat(700_000) });
    const states = ['a', 'b', 'c'].map(large);
    const first = pageOfStates(states, { limit: 50 });
    expect(first.items.map(({ id }) => id)).toEqual(['c', 'b']);
    const second = pageOfStates(states, { limit: 50, cursor: first.nextCursor ?? '' });
    expect([second.items.map(({ id }) => id), second.nextCursor]).toEqual([['a'], null]);
  });

  it.each(['', 'abc', Buffer.from('{}').toString('base64url'), Buffer.from('["x",1]').toString('base64url')])(
    'refuses the cursor "%s"',
    (cursor) => {
      expect(() => pageOfStates([], { limit: 1, cursor })).toThrow('invalid_cursor');
    },
  );
});
