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
  readonly keys: readonly string[];
}

/**
 * A filter that was checked (contracts: filterFaults), read so that events can be asked quickly. Read when the first event
 * asks: of a hundred thousand filters most are told apart by their {@link equality} alone.
 */
export class CompiledFilter {
  /** `null`: none; the filter must be asked for each event. */
  readonly equality: Equality | null;
  private read: readonly FilterPart[] | null = null;

  constructor(private readonly source: EventFilter) {
    this.equality = narrowestEquality(source);
  }

  /** All of them hold. */
  get parts(): readonly FilterPart[] {
    return (this.read ??= partsOf(this.source));
  }

  matches(event: EventView): boolean {
    return this.parts.every((part) => partHolds(part, event));
  }
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
  const condition = conditionOf(value);
  return {
    kind: 'path',
    path,
    segments: parseFilterPath(path) ?? [],
    condition,
    holds: conditionTest(condition),
  };
}

/** A plain value is short for `eq`. */
function conditionOf(value: FilterValue | FilterCondition): FilterCondition {
  return typeof value === 'object' && value !== null ? (value as FilterCondition) : { eq: value };
}

function narrowestEquality(filter: EventFilter): Equality | null {
  let narrowest: Equality | null = null;
  for (const [name, value] of Object.entries(filter)) {
    for (const equality of equalitiesOf(name, value)) {
      if (equality && (!narrowest || equality.keys.length < narrowest.keys.length)) narrowest = equality;
    }
  }
  return narrowest;
}

function equalitiesOf(name: string, value: EventFilter[string]): (Equality | null)[] {
  if (name === 'any' || name === 'not') return [];
  if (name === 'all') return (value as readonly EventFilter[]).map(narrowestEquality);
  const { eq, in: oneOf } = conditionOf(value as FilterValue | FilterCondition);
  const values = eq === undefined ? oneOf : [eq];
  return values ? [{ path: name, keys: [...keysOf(values)] }] : [];
}
