import type { components } from '@postel/client';
import { sinceOf } from '../parts/since.js';

export type Delivery = components['schemas']['Delivery'];

export const filterNames = ['status', 'endpointId', 'type', 'eventId', 'since', 'until'] as const;
/** As they stand in the address. */
export type AddressFilters = Readonly<Partial<Record<(typeof filterNames)[number], string>>>;

export const statuses = ['pending', 'retrying', 'succeeded', 'dead', 'discarded'] as const;

/** As the API takes them. */
export interface DeliveryFilters extends Omit<AddressFilters, 'status'> {
  readonly status?: Delivery['status'];
}

/** What somebody wrote into the address and is no status, or no time, is none. */
export function filtersOf({ status, since, until, ...rest }: AddressFilters, nowMs: number): DeliveryFilters {
  const known = statuses.find((name) => name === status);
  const [from, to] = [sinceOf(since, nowMs), sinceOf(until, nowMs)];
  return {
    ...rest,
    ...(known && { status: known }),
    ...(from !== undefined && { since: from }),
    ...(to !== undefined && { until: to }),
  };
}

/** Of what is told live: by the API what it can, the rest by `matches`. */
export function livePathOf({ status, endpointId, type }: DeliveryFilters): string {
  const query = new URLSearchParams(
    Object.entries({ status, endpointId, type }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  return query.size === 0 ? '/v1/live/deliveries' : `/v1/live/deliveries?${query}`;
}

export function matches(
  delivery: Delivery,
  { status, endpointId, type, eventId, since, until }: DeliveryFilters,
) {
  const createdMs = Date.parse(delivery.createdAt);
  return (
    (status === undefined || delivery.status === status) &&
    (endpointId === undefined || delivery.endpointId === endpointId) &&
    (type === undefined || delivery.type === type) &&
    (eventId === undefined || delivery.eventId === eventId) &&
    (since === undefined || createdMs >= Date.parse(since)) &&
    (until === undefined || createdMs < Date.parse(until))
  );
}

export const maxLive = 500;

/**
 * What was told live since the list was read. A list may be behind and may be ahead of it: of one delivery, what says
 * more is later.
 */
export type Told = ReadonlyMap<string, Delivery>;

export function tell(told: Told, deliveries: readonly Delivery[]): Told {
  const next = new Map(told);
  for (const delivery of deliveries) {
    const before = next.get(delivery.id);
    next.delete(delivery.id);
    next.set(delivery.id, before ? later(before, delivery) : delivery);
  }
  // the oldest were told long ago: the list has them, as soon as it is read again
  for (const id of next.keys()) if (next.size > maxLive) next.delete(id);
  return next;
}

/** What was read of the list: where there is more of it, it reaches as far back as its last row. */
export interface Listed {
  readonly items: readonly Delivery[];
  readonly hasMore: boolean;
}

/**
 * The rows to be shown: the list with what was told since, newest first, and what does not match any more left out. What
 * is older than the list reaches comes with its page: between it and the others rows would be missing.
 */
export function merged(
  { items, hasMore }: Listed,
  told: Told,
  filters: DeliveryFilters,
  isShown: (id: string) => boolean,
): Delivery[] {
  const listed = new Set(items.map(({ id }) => id));
  const rows = items.map((item) => {
    const live = told.get(item.id);
    return live ? later(item, live) : item;
  });
  const reachesMs = hasMore ? Date.parse(items.at(-1)?.createdAt ?? '') : -Infinity;
  const added = [...told.values()].filter(
    ({ id, createdAt }) => !listed.has(id) && isShown(id) && Date.parse(createdAt) >= reachesMs,
  );
  return [...added, ...rows]
    .filter((delivery) => matches(delivery, filters))
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

/** A delivery only ever gains attempts, and ends; where both say as much, what was told after counts. */
function later(before: Delivery, after: Delivery): Delivery {
  return before.attempts > after.attempts ? before : after;
}
