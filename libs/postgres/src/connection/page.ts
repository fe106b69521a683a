import { InvalidCursor } from './errors.js';

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Goes on after the last item; null at the end. */
  readonly nextCursor: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Which list a cursor belongs to, so that one of another list is refused. */
export type CursorKind = 'e' | 'd' | 'l' | 'a' | 'j';

/** Opaque to its users: the kind and the numbers of the key. */
export function cursorOf(kind: CursorKind, key: readonly number[]): string {
  return Buffer.from(`${kind}${key.join('.')}`).toString('base64url');
}

/**
 * The key of a cursor that {@link cursorOf} made.
 * @throws InvalidCursor for anything else
 */
export function keyOfCursor(kind: CursorKind, size: number, cursor: string): number[] {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const key = text.slice(1).split('.').map(Number);
  const isOurs = key.length === size && key.every(Number.isSafeInteger) && cursorOf(kind, key) === cursor;
  if (!isOurs) throw new InvalidCursor();
  return key;
}

/** Makes a page of up to `limit + 1` rows, of which the last only says that there is more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  cursorAfter: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items: shown.map(itemOf), nextCursor: hasMore ? cursorAfter(last) : null };
}
