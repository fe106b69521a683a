/**
 * Turns what others sent into what PostgreSQL can store, so that no content can ever stop a projection: text cannot
 * hold U+0000, jsonb neither that nor half a surrogate pair, and an index no key of more than 2,704 bytes.
 */
export function storableText(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}

export function nullableText(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : storableText(text);
}

/** For text that is indexed and that a producer chose freely (an event that was refused): at most 256 characters. */
export function storableKey(text: string): string {
  return storableText(text.length > 256 ? text.slice(0, 256) : text);
}

const unstorableEscape = /\\u(0000|d[89a-f])/i;

/** JSON for a jsonb column, or for a json column that someone may cast. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return unstorableEscape.test(json) ? JSON.stringify(cleaned(value)) : json;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), cleaned(inner)]));
}

const year1Ms = -62_135_596_800_000;
const year9999Ms = 253_402_300_799_999;

/**
 * For a timestamptz column: whole milliseconds; a time outside of the years 1 to 9999 becomes the nearest one within.
 */
export function storableTime(timeMs: number): number {
  const wholeMs = Number.isNaN(timeMs) ? 0 : Math.trunc(timeMs);
  return Math.min(Math.max(wholeMs, year1Ms), year9999Ms);
}

export function nullableTime(timeMs: number | null | undefined): number | null {
  return timeMs === null || timeMs === undefined ? null : storableTime(timeMs);
}
