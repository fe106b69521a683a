import { parseFilterPath, type EventFilter, type FilterCondition, type FilterValue } from '@postel/contracts';
import { conditionTest, keysOf } from './condition-test.js';
import type { EventView, Found } from './event-view.js';

/** A part of a filter that holds or does not, by itself. */
export type FilterPart = PathPart | GroupPart;

export interface PathPart {
  readonly kind: 'path';
  readonly path: string;
  readonly segments: readonly string[];
  readonly condition: FilterCondition;
  holds(found: Found): boolean;
}

export interface GroupPart {
  readonly kind: 'all' | 'any' | 'not';
  readonly parts: readonly FilterPart[];
}

/** What an event must have at a path, whatever else it has: one of these, as look-up keys. */
export interface Equality {
  readonly path: string;
  readonly segments: readonly string[];
  readonly keys: ReadonlySet<string>;
}

export interface CompiledFilter {
  /** All of them hold. */
  readonly parts: readonly FilterPart[];
  /** `null`: none; the filter must be asked for each event. */
  readonly equality: Equality | null;
}

/** Reads a filter that was checked (contracts: filterFaults), so that events can be asked quickly. */
export function compileFilter(filter: EventFilter): CompiledFilter {
  const parts = partsOf(filter);
  return { parts, equality: narrowestEquality(parts) };
}

export function filterMatches(filter: CompiledFilter, event: EventView): boolean {
  return filter.parts.every((part) => partHolds(part, event));
}

export function partHolds(part: FilterPart, event: EventView): boolean {
  switch (part.kind) {
    case 'path':
      return part.holds(event.at(part.path, part.segments));
    case 'all':
      return part.parts.every((inner) => partHolds(inner, event));
    case 'any':
      return part.parts.some((inner) => partHolds(inner, event));
    case 'not':
      return !part.parts.every((inner) => partHolds(inner, event));
  }
}

function partsOf(filter: EventFilter): FilterPart[] {
  return Object.entries(filter).flatMap(([name, value]): FilterPart[] => {
    switch (name) {
      case 'all':
        return (value as readonly EventFilter[]).flatMap(partsOf);
      case 'any':
        return [{ kind: 'any', parts: (value as readonly EventFilter[]).map(groupOf) }];
      case 'not':
        return [{ kind: 'not', parts: partsOf(value as EventFilter) }];
      default:
        return [pathPart(name, value as FilterValue | FilterCondition)];
    }
  });
}

function groupOf(filter: EventFilter): FilterPart {
  const parts = partsOf(filter);
  return parts.length === 1 ? (parts[0] as FilterPart) : { kind: 'all', parts };
}

function pathPart(path: string, value: FilterValue | FilterCondition): PathPart {
  // a plain value is short for eq
  const condition = typeof value === 'object' && value !== null ? (value as FilterCondition) : { eq: value };
  return {
    kind: 'path',
    path,
    segments: parseFilterPath(path) ?? [],
    condition,
    holds: conditionTest(condition),
  };
}

function narrowestEquality(parts: readonly FilterPart[]): Equality | null {
  let narrowest: Equality | null = null;
  for (const part of parts) {
    if (part.kind !== 'path') continue;
    const { path, segments, condition } = part;
    const values = condition.eq === undefined ? condition.in : [condition.eq];
    const keys = values && keysOf(values);
    if (keys && (!narrowest || keys.size < narrowest.keys.size)) narrowest = { path, segments, keys };
  }
  return narrowest;
}
