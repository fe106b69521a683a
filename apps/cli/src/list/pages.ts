import type { Page, PageQuery } from '@postel/client';

const largestPage = 250;

/**
 * Pages of a list until there are so many items, or no more.
 * @param limit `null`: all
 */
export async function* pagesUpTo<Item>(
  limit: number | null,
  readPage: (page: PageQuery) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[], void, undefined> {
  let left = limit ?? Infinity;
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await readPage({
      limit: Math.min(left, largestPage),
      ...(cursor === null ? {} : { cursor }),
    });
    yield page.data.slice(0, left);
    left -= page.data.length;
    cursor = page.nextCursor;
  } while (cursor !== null && left > 0);
}
