import { unwrap } from '@postel/client';
import { useEffect } from 'react';
import { useApi, type Answer } from './api-context.js';
import { useList, type List } from './use-list.js';

/** Event types; @param whole every page of them, one after the other: the API does not search. */
export function useCatalogue(whole = false): List<Answer<'EventType'>> {
  const api = useApi();
  const list = useList(
    ['event-types', 'list'],
    (query) => unwrap(api.GET('/v1/event-types', { params: { query } })),
    { limit: 250 },
  );
  const { hasMore, isLoadingMore, error, loadMore } = list;
  useEffect(() => {
    if (whole && hasMore && !isLoadingMore && !error) loadMore();
  }, [whole, hasMore, isLoadingMore, error, loadMore]);
  return list;
}
