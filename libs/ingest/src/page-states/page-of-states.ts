import { refuse } from '@postel/http-api';

interface Key {
  readonly createdAtMs: number;
  readonly id: string;
}

/** A page ends early when its states are this long together, as JSON; at least one is on it. */
const maxPageCharacters = 1024 * 1024;

/** Newest first; the cursor names the last one shown, so that what arrives meanwhile moves nothing. */
export function pageOfStates<State extends Key>(
  states: readonly State[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): { items: readonly State[]; nextCursor: string | null } {
  const ordered = [...states].sort(newestFirst);
  const after = cursor === undefined ? null : keyOf(cursor);
  const rest = after ? ordered.filter((state) => newestFirst(state, after) > 0) : ordered;
  let characters = 0;
  const items = rest.slice(0, limit).filter((state) => {
    const hasRoom = characters < maxPageCharacters;
    if (hasRoom) characters += JSON.stringify(state).length;
    return hasRoom;
  });
  const last = items[items.length - 1];
  return { items, nextCursor: last && rest.length > items.length ? cursorOf(last) : null };
}

function newestFirst(a: Key, b: Key): number {
  return b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function cursorOf({ createdAtMs, id }: Key): string {
  return Buffer.from(JSON.stringify([createdAtMs, id])).toString('base64url');
}

function keyOf(cursor: string): Key {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string') {
      return { createdAtMs: value[0], id: value[1] };
    }
  } catch {
    // not one of ours, below
  }
  return refuse('invalid_cursor');
}
