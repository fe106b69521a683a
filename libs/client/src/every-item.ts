/** A page of a list. */
export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

/** Which page: part of the query of every list. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * Every item of a list, page by page of 250.
 * @param readPage one page: `(page) => unwrap(client.GET('/v1/deliveries', { params: { query: page } }))`
 */
export async function* everyItem<Item>(
  readPage: (page: PageQuery) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  for (let query: PageQuery | null = { limit: 250 }; query;) {
    const { data, nextCursor }: Page<Item> = await readPage(query);
    yield* data;
    query = nextCursor === null ? null : { limit: 250, cursor: nextCursor };
  }
}

/** The same, all at once. */
export async function allItems<Item>(readPage: (page: PageQuery) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of everyItem(readPage)) items.push(item);
  return items;
}
