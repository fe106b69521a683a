import { SortedIds } from './sorted-ids.js';

/** Endpoints that share a filter: those that take every channel, and the others by each of their channels. */
interface FilterBucket {
  readonly anyChannel: SortedIds;
  readonly byChannel: Map<string, SortedIds>;
}

interface Subscription {
  readonly filters: readonly string[];
  readonly channels: readonly string[];
}

/**
 * The endpoints of one tenant, found by event type and channels. A lookup touches only the filters that can match (the
 * type, each of its prefixes, `*`), so it costs as much as it finds, however many endpoints there are.
 *
 * An endpoint lies under the fewest filters that say the same (`order.created` adds nothing to `order.*`), so that
 * at most one of them matches any type.
 */
export class SubscriptionIndex {
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly buckets = new Map<string, FilterBucket>();

  /** Endpoints in the index. */
  get size(): number {
    return this.subscriptions.size;
  }

  /** Adds an endpoint, or gives it these filters and channels instead of those it had. */
  add(endpointId: string, events: readonly string[], channels: readonly string[]): void {
    this.remove(endpointId);
    const subscription = { filters: withoutCovered(events), channels: [...new Set(channels)] };
    this.subscriptions.set(endpointId, subscription);
    for (const filter of subscription.filters) {
      const bucket = this.bucketOf(filter);
      if (subscription.channels.length === 0) bucket.anyChannel.add(endpointId);
      for (const channel of subscription.channels) channelIds(bucket, channel).add(endpointId);
    }
  }

  /** Removes an endpoint; one that is not there is no error. */
  remove(endpointId: string): void {
    const subscription = this.subscriptions.get(endpointId);
    if (!subscription) return;
    this.subscriptions.delete(endpointId);
    for (const filter of subscription.filters) {
      const bucket = this.bucketOf(filter);
      bucket.anyChannel.remove(endpointId);
      for (const channel of subscription.channels) {
        const ids = channelIds(bucket, channel);
        ids.remove(endpointId);
        if (ids.size === 0) bucket.byChannel.delete(channel);
      }
      if (bucket.anyChannel.size === 0 && bucket.byChannel.size === 0) this.buckets.delete(filter);
    }
  }

  /** The ids of the endpoints that take an event of this type and these channels, each once, in ascending order. */
  match(type: string, channels: readonly string[]): string[] {
    const found: SortedIds[] = [];
    for (const filter of filtersMatching(type)) {
      const bucket = this.buckets.get(filter);
      if (bucket) found.push(...idsIn(bucket, channels));
    }
    return SortedIds.union(found);
  }

  private bucketOf(filter: string): FilterBucket {
    let bucket = this.buckets.get(filter);
    if (!bucket) {
      bucket = { anyChannel: new SortedIds(), byChannel: new Map() };
      this.buckets.set(filter, bucket);
    }
    return bucket;
  }
}

function channelIds(bucket: FilterBucket, channel: string): SortedIds {
  let ids = bucket.byChannel.get(channel);
  if (!ids) {
    ids = new SortedIds();
    bucket.byChannel.set(channel, ids);
  }
  return ids;
}

function* idsIn(bucket: FilterBucket, channels: readonly string[]): Generator<SortedIds> {
  if (bucket.anyChannel.size > 0) yield bucket.anyChannel;
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

function withoutCovered(events: readonly string[]): string[] {
  const given = new Set(events);
  if (given.has('*')) return ['*'];
  return [...given].filter((filter) => {
    const covering = filtersMatching(filter).slice(1, -1);
    // a prefix filter is among the filters of its own text: `order.*` has the prefix `order.`
    return !covering.some((candidate) => candidate !== filter && given.has(candidate));
  });
}
