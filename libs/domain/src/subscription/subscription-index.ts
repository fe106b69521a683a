import type { EventFilter } from '@postel/contracts';
import type { CompiledFilter } from './compile-filter.js';
import type { EventView } from './event-view.js';
import { FilteredIds } from './filtered-ids.js';
import { KnownFilters } from './known-filters.js';
import { SortedIds } from './sorted-ids.js';

/** Endpoints that share a filter of types: those that take every channel, and the others by each of their channels. */
interface FilterBucket {
  readonly anyChannel: FilteredIds;
  readonly byChannel: Map<string, FilteredIds>;
}

/** What an endpoint wants. */
export interface Subscription {
  /** Filters of types. */
  readonly events: readonly string[];
  readonly channels: readonly string[];
  /** Conditions on the event. */
  readonly filter: EventFilter | null;
}

/**
 * The endpoints of one tenant, found by event type and channels, then by what they ask of the event itself. A lookup
 * touches only the filters that can match (the type, each of its prefixes, `*`), so it costs as much as it finds, however
 * many endpoints there are.
 *
 * An endpoint lies under the fewest filters that say the same (`order.created` adds nothing to `order.*`), so that
 * at most one of them matches any type.
 *
 * Who wants what is not kept here a second time: whoever removes an endpoint says what it was added with.
 */
export class SubscriptionIndex {
  private readonly buckets = new Map<string, FilterBucket>();
  private readonly knownFilters = new KnownFilters();

  /** Adds an endpoint that is not in the index. */
  add(endpointId: string, { events, channels, filter }: Subscription): void {
    const compiled = filter && this.knownFilters.take(filter);
    for (const pattern of withoutCovered(events)) {
      const bucket = this.bucketOf(pattern);
      if (channels.length === 0) bucket.anyChannel.add(endpointId, compiled);
      for (const channel of channels) channelIds(bucket, channel).add(endpointId, compiled);
    }
  }

  /** Removes an endpoint that is in the index. @param subscription what it was added with */
  remove(endpointId: string, { events, channels, filter }: Subscription): void {
    const compiled = filter && this.knownFilters.release(filter);
    for (const pattern of withoutCovered(events)) this.removeFrom(pattern, endpointId, channels, compiled);
  }

  /**
   * The ids of the endpoints that take this event, each once, in ascending order.
   * @param event the event itself; asked for only when an endpoint of this type and these channels has a filter
   */
  match(type: string, channels: readonly string[], event: () => EventView): string[] {
    const found: SortedIds[] = [];
    for (const pattern of filtersMatching(type)) {
      const bucket = this.buckets.get(pattern);
      if (!bucket) continue;
      for (const ids of idsIn(bucket, channels)) found.push(...ids.matching(event));
    }
    return SortedIds.union(found);
  }

  private removeFrom(
    pattern: string,
    endpointId: string,
    channels: readonly string[],
    compiled: CompiledFilter | null,
  ): void {
    const bucket = this.bucketOf(pattern);
    bucket.anyChannel.remove(endpointId, compiled);
    for (const channel of channels) {
      const ids = channelIds(bucket, channel);
      ids.remove(endpointId, compiled);
      if (ids.isEmpty) bucket.byChannel.delete(channel);
    }
    if (bucket.anyChannel.isEmpty && bucket.byChannel.size === 0) this.buckets.delete(pattern);
  }

  private bucketOf(pattern: string): FilterBucket {
    let bucket = this.buckets.get(pattern);
    if (!bucket) {
      bucket = { anyChannel: new FilteredIds(), byChannel: new Map() };
      this.buckets.set(pattern, bucket);
    }
    return bucket;
  }
}

function channelIds(bucket: FilterBucket, channel: string): FilteredIds {
  let ids = bucket.byChannel.get(channel);
  if (!ids) {
    ids = new FilteredIds();
    bucket.byChannel.set(channel, ids);
  }
  return ids;
}

function* idsIn(bucket: FilterBucket, channels: readonly string[]): Generator<FilteredIds> {
  if (!bucket.anyChannel.isEmpty) yield bucket.anyChannel;
  if (bucket.byChannel.size === 0) return;
  for (const channel of channels) {
    const ids = bucket.byChannel.get(channel);
    if (ids) yield ids;
  }
}

/** Every filter that matches a type: `*`, `a.*`, `a.b.*` and `a.b.c` for `a.b.c`. */
function filtersMatching(type: string): string[] {
  const filters = ['*'];
  for (let dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
    filters.push(`${type.slice(0, dot + 1)}*`);
  }
  filters.push(type);
  return filters;
}

function withoutCovered(events: readonly string[]): readonly string[] {
  if (events.length < 2) return events;
  const given = new Set(events);
  if (given.has('*')) return ['*'];
  return [...given].filter((filter) => {
    const covering = filtersMatching(filter).slice(1, -1);
    // a prefix filter is among the filters of its own text: `order.*` has the prefix `order.`
    return !covering.some((candidate) => candidate !== filter && given.has(candidate));
  });
}
