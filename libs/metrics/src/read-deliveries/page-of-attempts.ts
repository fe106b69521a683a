import { refuse } from '@postel/http-api';
import type { Attempt } from '@postel/postgres';

export interface AttemptsQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page ends early when its bodies are this long together; at least one attempt is on it. */
const maxPageCharacters = 1024 * 1024;

/**
 * Attempts are a story and are told first to last; the cursor is the number of the last one shown.
 * @param requestCharacters of the body that each sent
 */
export function pageOfAttempts(
  attempts: readonly Attempt[],
  { limit, cursor }: AttemptsQuery,
  requestCharacters = 0,
): { readonly items: readonly Attempt[]; readonly nextCursor: string | null } {
  const after = cursor === undefined ? 0 : numberOf(cursor);
  const rest = attempts.filter(({ number }) => number > after);
  let characters = 0;
  const items = rest.slice(0, limit).filter(({ response }) => {
    const hasRoom = characters < maxPageCharacters;
    characters += requestCharacters + (response?.body.length ?? 0);
    return hasRoom;
  });
  const last = items[items.length - 1];
  const more = last !== undefined && rest.length > items.length;
  return { items, nextCursor: more ? Buffer.from(String(last.number)).toString('base64url') : null };
}

function numberOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : refuse('invalid_cursor');
}
