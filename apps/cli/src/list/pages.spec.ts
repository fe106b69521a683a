import { describe, expect, it } from '@jest/globals';
import type { PageQuery } from '@postel/client';
import { pagesUpTo } from './pages.js';

async function read(limit: number | null, total: number) {
  const asked: PageQuery[] = [];
  const items: number[] = [];
  for await (const page of pagesUpTo(limit, (query) => {
    asked.push(query);
    const from = Number(query.cursor ?? 0);
    const data = Array.from({ length: Math.min(query.limit, total - from) }, (_, index) => from + index);
    const next = from + data.length;
    return Promise.resolve({ data, nextCursor: next < total ? String(next) : null });
  }))
    items.push(...page);
  return { asked, items };
}

describe('pages of a list', () => {
  it('are no more than were asked for', async () => {
    const { asked, items } = await read(10, 1_000);
    expect(items).toHaveLength(10);
    expect(asked).toEqual([{ limit: 10 }]);
  });

  it('are at most 250 each, the last one smaller', async () => {
    const { asked, items } = await read(600, 1_000);
    expect(items).toEqual(Array.from({ length: 600 }, (_, index) => index));
    expect(asked.map(({ limit }) => limit)).toEqual([250, 250, 100]);
  });

  it('are all there are', async () => {
    expect((await read(null, 501)).items).toHaveLength(501);
    expect((await read(null, 0)).items).toEqual([]);
  });
});
