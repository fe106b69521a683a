import { parseFilterPath } from '@postel/contracts';
import type { CompiledFilter } from './compile-filter.js';
import type { EventView } from './event-view.js';
import { SortedIds } from './sorted-ids.js';

interface Entry {
  readonly filter: CompiledFilter;
  readonly ids: SortedIds;
}

/** Filters that ask one path for one of some values, by those values. */
interface PathIndex {
  readonly segments: readonly string[];
  /** Mostly one: an array is smaller than a set. */
  readonly byValue: Map<string, Entry[]>;
}

/**
 * Endpoints that agree in type and channels, by their filters. Those with the same filter are asked for once; those that
 * ask a path for a value (`eq`, `in`) are found by the event's own value there, so that ten thousand endpoints with a
 * customer each cost no more than one.
 */
export class FilteredIds {
  private readonly unfiltered = new SortedIds();
  private readonly entries = new Map<CompiledFilter, Entry>();
  /** Those that must be asked for each event. */
  private readonly others = new Set<Entry>();
  private readonly byPath = new Map<string, PathIndex>();

  get isEmpty(): boolean {
    return this.unfiltered.size === 0 && this.entries.size === 0;
  }

  /** @param filter equal ones as the same object; `null`: none */
  add(id: string, filter: CompiledFilter | null): void {
    if (!filter) return this.unfiltered.add(id);
    let entry = this.entries.get(filter);
    if (!entry) {
      this.entries.set(filter, (entry = { filter, ids: new SortedIds() }));
      this.enter(entry);
    }
    entry.ids.add(id);
  }

  remove(id: string, filter: CompiledFilter | null): void {
    if (!filter) return this.unfiltered.remove(id);
    const entry = this.entries.get(filter);
    entry?.ids.remove(id);
    if (!entry || entry.ids.size > 0) return;
    this.entries.delete(filter);
    this.leave(entry);
  }

  /** The ids of those whose filter holds. @param event asked for only when there is a filter */
  *matching(event: () => EventView): Generator<SortedIds> {
    if (this.unfiltered.size > 0) yield this.unfiltered;
    if (this.entries.size === 0) return;
    for (const { filter, ids } of this.candidates(event())) {
      if (filter.matches(event())) yield ids;
    }
  }

  private candidates(event: EventView): Set<Entry> {
    const candidates = new Set(this.others);
    for (const [path, { segments, byValue }] of this.byPath) {
      for (const key of event.at(path, segments).keys) {
        for (const entry of byValue.get(key) ?? []) candidates.add(entry);
      }
    }
    return candidates;
  }

  private enter(entry: Entry): void {
    const { equality } = entry.filter;
    if (!equality) return void this.others.add(entry);
    const { path, keys } = equality;
    let index = this.byPath.get(path);
    if (!index)
      this.byPath.set(path, (index = { segments: parseFilterPath(path) ?? [], byValue: new Map() }));
    for (const key of keys) {
      const entries = index.byValue.get(key);
      if (entries) entries.push(entry);
      else index.byValue.set(key, [entry]);
    }
  }

  private leave(entry: Entry): void {
    const { equality } = entry.filter;
    if (!equality) return void this.others.delete(entry);
    const index = this.byPath.get(equality.path);
    for (const key of equality.keys) {
      const entries = index?.byValue.get(key)?.filter((other) => other !== entry) ?? [];
      if (entries.length > 0) index?.byValue.set(key, entries);
      else index?.byValue.delete(key);
    }
    if (index?.byValue.size === 0) this.byPath.delete(equality.path);
  }
}
