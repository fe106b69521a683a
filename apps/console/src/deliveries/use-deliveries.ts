import { unwrap, type LiveMessage } from '@postel/client';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useApi } from '../api/api-context.js';
import { useList, type List } from '../api/use-list.js';
import type { LiveState } from '../live/follow.js';
import { useLive } from '../live/use-live.js';
import {
  livePathOf,
  matches,
  maxLive,
  merged,
  tell,
  type Delivery,
  type DeliveryFilters,
  type Told,
} from './delivery-filters.js';

/** Thousands may be told in a second: they are drawn a few times a second. */
const drawEveryMs = 300;
const pollEveryMs = 4_000;
/** So near to the top somebody looks at what is newest. */
const atTopPx = 120;

export interface LiveDeliveries extends List<Delivery> {
  readonly live: LiveState;
  /** How many have come that are not shown, because somebody reads further down. */
  readonly waiting: number;
  readonly showWaiting: () => void;
  /** Whether it came while somebody looked. */
  readonly isNew: (id: string) => boolean;
}

/** The delivery log as it grows: read once, then told; where nothing is told live, it is read again and again. */
export function useDeliveries(filters: DeliveryFilters): LiveDeliveries {
  const api = useApi();
  const key = JSON.stringify(filters);
  const [told, setTold] = useState<{ readonly key: string; readonly rows: Told }>({ key, rows: new Map() });
  const [held, setHeld] = useState<ReadonlySet<string>>(new Set());
  const buffer = useRef<Delivery[]>([]);
  const isOver = filters.until !== undefined && Date.parse(filters.until) < Date.now();
  const live = useLive({
    path: livePathOf(filters),
    enabled: !isOver,
    onMessage: useCallback((message: LiveMessage) => {
      if (message.event === 'delivery') {
        buffer.current.push((JSON.parse(message.data) as { delivery: Delivery }).delivery);
      }
    }, []),
  });
  // more came than is kept: what is between it and the list has to be read
  const isFull = told.rows.size >= maxLive;
  const list = useList(
    ['deliveries', 'list', filters],
    (page) => unwrap(api.GET('/v1/deliveries', { params: { query: { ...page, ...filters } } })),
    { refetchIntervalMs: (live === 'off' && !isOver) || isFull ? pollEveryMs : undefined },
  );
  const listed = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    listed.current = new Set(list.items.map(({ id }) => id));
  }, [list.items]);
  useEffect(() => {
    buffer.current = [];
    setTold({ key, rows: new Map() });
    setHeld(new Set());
    const timer = setInterval(() => {
      const come = buffer.current.splice(0);
      if (come.length === 0) return;
      setTold((before) => ({ key, rows: tell(before.key === key ? before.rows : new Map(), come) }));
      if (window.scrollY <= atTopPx) return;
      const fresh = come.filter(({ id }) => !listed.current.has(id)).map(({ id }) => id);
      setHeld((before) => (fresh.length === 0 ? before : new Set([...before, ...fresh])));
    }, drawEveryMs);
    return () => clearInterval(timer);
  }, [key]);
  const rows = useMemo(() => (told.key === key ? told.rows : new Map<string, Delivery>()), [told, key]);
  const items = useMemo(
    () => merged({ items: list.items, hasMore: list.hasMore }, rows, filters, (id) => !held.has(id)),
    [list.items, list.hasMore, rows, filters, held],
  );
  const waiting = useMemo(
    () => [...held].filter((id) => !listed.current.has(id) && isMatch(rows.get(id), filters)).length,
    [held, rows, filters],
  );
  return {
    ...list,
    items,
    live,
    waiting,
    showWaiting: useCallback(() => {
      setHeld(new Set());
      window.scrollTo({ top: 0, behavior: 'smooth' });
    }, []),
    isNew: (id) => rows.has(id) && !listed.current.has(id),
  };
}

function isMatch(delivery: Delivery | undefined, filters: DeliveryFilters): boolean {
  return delivery !== undefined && matches(delivery, filters);
}
