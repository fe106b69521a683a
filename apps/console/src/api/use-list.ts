import type { Page, PageQuery } from '@postel/client';
import { hashKey, keepPreviousData, useInfiniteQuery, type QueryKey } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

export interface ListOptions {
  readonly limit?: number;
  /** Asks again each so many ms, while the page is looked at. */
  readonly refetchIntervalMs?: number | undefined;
  readonly enabled?: boolean;
  /** Shows what was read under another key until this one's is there. */
  readonly keepPrevious?: boolean;
}

/** A list of the API, page after page as they are asked for. */
export interface List<Item> {
  readonly items: readonly Item[];
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly refetch: () => void;
}

/** @param readPage one page: `(page) => unwrap(api.GET('/v1/deliveries', { params: { query: page } }))` */
export function useList<Item>(
  queryKey: QueryKey,
  readPage: (page: PageQuery) => Promise<Page<Item>>,
  { limit = 50, refetchIntervalMs, enabled = true, keepPrevious = false }: ListOptions = {},
): List<Item> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => readPage(pageParam === null ? { limit } : { limit, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<Item>) => last.nextCursor,
    enabled,
    ...(refetchIntervalMs === undefined ? {} : { refetchInterval: refetchIntervalMs }),
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
  const { data, fetchNextPage, refetch } = query;
  const error = useHeld(query.error, data !== undefined, hashKey(queryKey));
  const items = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  return {
    items,
    isLoading: query.isPending && error === null,
    error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
    refetch: () => void refetch(),
  };
}

/** Why there is nothing to show, also while it is asked for again: what comes and goes is read out each time. */
function useHeld(error: Error | null, isRead: boolean, key: string): Error | null {
  const [held, setHeld] = useState({ error, key });
  const next = error ?? (isRead || held.key !== key ? null : held.error);
  if (next !== held.error || key !== held.key) setHeld({ error: next, key });
  return next;
}
