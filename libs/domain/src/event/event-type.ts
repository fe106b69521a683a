import type { ErrorCode } from '@postel/contracts';

/** Longest event type, in characters. */
const maxTypeLength = 128;

const words = /^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+$/;
// `postel.` holds Postel's own subjects, `$` is the broker's (`$JS`, `$SYS`), `_` is its inboxes' (`_INBOX`)
const reserved = /^(postel(\.|$)|[_$])/;

export type ParsedEventType =
  | { readonly ok: true; readonly type: string }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/**
 * Reads an event type: two or more words of `[a-zA-Z0-9_]+`, separated by dots, at most 128 characters (contract: Words).
 * @returns `reserved_event_type` when the first word is `postel` or the text begins with `_` or `$`, otherwise
 * `invalid_event_type`
 */
export function parseEventType(text: string): ParsedEventType {
  if (reserved.test(text)) {
    return {
      ok: false,
      code: 'reserved_event_type',
      message: 'event types that begin with "postel.", "_" or "$" are reserved',
    };
  }
  if (text.length > maxTypeLength || !words.test(text)) {
    return {
      ok: false,
      code: 'invalid_event_type',
      message: `an event type is two or more words of A-Z a-z 0-9 _ separated by dots, such as order.created, at most ${maxTypeLength} characters`,
    };
  }
  return { ok: true, type: text };
}
