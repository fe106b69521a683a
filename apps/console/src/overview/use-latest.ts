import { unwrap, type LiveMessage } from '@postel/client';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useApi } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import type { LiveState } from '../live/follow.js';
import { useLive } from '../live/use-live.js';
import { withTold, type Delivery } from './latest.js';

export const shownDeliveries = 8;
/** Thousands may be told in a second: they are drawn twice in it. */
const drawEveryMs = 500;

/** The latest deliveries, as they change. */
export function useLatest() {
  const api = useApi();
  const [told, setTold] = useState<ReadonlyMap<string, Delivery>>(new Map());
  const buffer = useRef<Map<string, Delivery>>(new Map());
  const live: LiveState = useLive({
    path: '/v1/live/deliveries',
    onMessage: useCallback((message: LiveMessage) => {
      if (message.event !== 'delivery') return;
      const { delivery } = JSON.parse(message.data) as { delivery: Delivery };
      buffer.current.set(delivery.id, delivery);
    }, []),
  });
  useEffect(() => {
    const timer = setInterval(() => {
      const come = buffer.current;
      if (come.size === 0) return;
      buffer.current = new Map();
      // no more are kept than are shown
      setTold((before) => {
        const rows = withTold([...before.values()], come, shownDeliveries);
        return new Map(rows.map((delivery) => [delivery.id, delivery]));
      });
    }, drawEveryMs);
    return () => clearInterval(timer);
  }, []);
  const list = useList(
    ['deliveries', 'latest'],
    (page) => unwrap(api.GET('/v1/deliveries', { params: { query: page } })),
    { limit: shownDeliveries, refetchIntervalMs: live === 'off' ? 4_000 : 30_000 },
  );
  const items = useMemo(() => withTold(list.items, told, shownDeliveries), [list.items, told]);
  return { ...list, items, hasMore: false, isLoading: list.isLoading && items.length === 0, live };
}
