import type { List } from '../api/use-list.js';

/** What came in one answer, for a part that shows lists of many. */
export function allOf<Item>(items: readonly Item[]): List<Item> {
  return {
    items,
    isLoading: false,
    error: null,
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => undefined,
    refetch: () => undefined,
  };
}
