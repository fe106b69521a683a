import { refuse } from '@postel/http-api';
import type { Attempt } from '@postel/postgres';

/** Attempts are a story and are told first to last; the cursor is the number of the last one shown. */
export function pageOfAttempts(
  attempts: readonly Attempt[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): { readonly items: readonly Attempt[]; readonly nextCursor: string | null } {
  const after = cursor === undefined ? 0 : numberOf(cursor);
  const rest = attempts.filter(({ number }) => number > after);
  const items = rest.slice(0, limit);
  const last = items[items.length - 1];
  const more = last !== undefined && rest.length > limit;
  return { items, nextCursor: more ? Buffer.from(String(last.number)).toString('base64url') : null };
}

function numberOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : refuse('invalid_cursor');
}
