import { describe, expect, it } from '@jest/globals';
import type { EndpointState } from '@postel/contracts';
import fc from 'fast-check';
import { pageOfEndpoints } from './page-of-endpoints.js';

const endpoint = (id: string, createdAtMs: number) => ({ id, createdAtMs }) as EndpointState;

describe('pageOfEndpoints', () => {
  it('shows each endpoint once over all pages, newest first, while new ones arrive', () => {
    const times = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.nat(20)), {
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 5 }), (made, limit) => {
        const endpoints = made.map(([id, createdAtMs]) => endpoint(id, createdAtMs));
        const seen: string[] = [];
        let cursor: string | undefined;
        for (let round = 0; ; round++) {
          const page = pageOfEndpoints([...endpoints, endpoint(`new-${round}`, 1_000 + round)], {
            limit,
            cursor,
          });
          seen.push(...page.items.map(({ id }) => id));
          if (page.nextCursor === null) break;
          cursor = page.nextCursor;
        }
        const old = seen.filter((id) => !id.startsWith('new-'));
        expect(new Set(old).size).toBe(old.length);
        expect(old.length).toBe(endpoints.length);
        const created = old.map((id) => endpoints.find((one) => one.id === id)?.createdAtMs ?? NaN);
        expect(created).toEqual([...created].sort((a, b) => b - a));
      }),
    );
  });

  it.each(['', 'abc', Buffer.from('{}').toString('base64url'), Buffer.from('["x",1]').toString('base64url')])(
    'refuses the cursor "%s"',
    (cursor) => {
      expect(() => pageOfEndpoints([], { limit: 1, cursor })).toThrow('invalid_cursor');
    },
  );
});
