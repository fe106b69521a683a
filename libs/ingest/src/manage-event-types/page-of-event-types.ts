import type { EventTypeState } from '@postel/contracts';
import { refuse } from '@postel/http-api';

export interface EventTypePage {
  readonly items: readonly EventTypeState[];
  readonly nextCursor: string | null;
}

/** By name, as one looks something up; the cursor is the last name shown, so that what arrives meanwhile moves nothing. */
export function pageOfEventTypes(
  ordered: readonly EventTypeState[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): EventTypePage {
  const after = cursor === undefined ? null : nameOf(cursor);
  const rest = after === null ? ordered : ordered.filter(({ name }) => name > after);
  const items = rest.slice(0, limit);
  const last = items[items.length - 1];
  return { items, nextCursor: last && rest.length > limit ? cursorOf(last.name) : null };
}

function cursorOf(name: string): string {
  return Buffer.from(JSON.stringify([name])).toString('base64url');
}

function nameOf(cursor: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && typeof value[0] === 'string') return value[0];
  } catch {
    // not one of ours, below
  }
  return refuse('invalid_cursor');
}
