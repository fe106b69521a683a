import type { EventFilter } from '@postel/contracts';
import { CompiledFilter, partHolds, type FilterPart, type PathPart } from './compile-filter.js';
import type { EventView, Found } from './event-view.js';
import type { Scalar } from './filter-values.js';

/** A condition that does not hold, and why. */
export interface FilterFailure {
  /** Of the event; for `any` and `not` that name. */
  readonly path: string;
  readonly message: string;
}

const maxShownLength = 100;

/** Every condition of a filter that does not hold for an event; none when it matches. */
export function explainFilter(filter: EventFilter, event: EventView): FilterFailure[] {
  return new CompiledFilter(filter).parts
    .filter((part) => !partHolds(part, event))
    .map((part) => failureOf(part, event));
}

function failureOf(part: FilterPart, event: EventView): FilterFailure {
  switch (part.kind) {
    case 'path':
      return { path: part.path, message: pathMessage(part, event) };
    case 'not':
      return { path: 'not', message: 'everything in it holds' };
    case 'all':
    case 'any': {
      const inner = part.parts.map((one) => describe(one, event)).join('; ');
      return { path: part.kind, message: shortened(`none of it holds: ${inner}`, 1_000) };
    }
  }
}

function describe(part: FilterPart, event: EventView): string {
  if (part.kind === 'path') return `${part.path}: ${pathMessage(part, event)}`;
  if (part.kind !== 'all') return failureOf(part, event).message;
  return part.parts
    .filter((inner) => !partHolds(inner, event))
    .map((inner) => describe(inner, event))
    .join(' and ');
}

function pathMessage({ path, segments, condition }: PathPart, event: EventView): string {
  return `must be ${shortened(JSON.stringify(condition))}; the event has ${shown(event.at(path, segments))}`;
}

function shown({ exists, scalars }: Found): string {
  if (!exists) return 'nothing there';
  if (scalars.length === 0) return 'an object or an empty array there';
  return shortened(scalars.map(textOf).join(', '));
}

function textOf(scalar: Scalar): string {
  return typeof scalar === 'bigint' ? String(scalar) : JSON.stringify(scalar);
}

function shortened(text: string, maxLength = maxShownLength): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
