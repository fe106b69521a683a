/** The longest `maxDelayMs` a policy can have: beyond it the number makes no difference. */
const longestMs = 7 * 86_400_000;

// RFC 9110 section 5.6.7: the preferred form, and the two obsolete ones that a recipient must accept
const imfFixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const rfc850Date = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const asctimeDate = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110 section 10.2.3). Fractions of seconds, which the RFC
 * does not have, are taken for what they say. Of several values (repeated headers, joined by commas) the longest
 * counts: an attempt before it would be one too early for one of them.
 * @returns whole ms from now, at most 7 days; `null` when there is none of these, or only dates that have passed
 */
export function parseRetryAfter(header: string, nowMs: number): number | null {
  const waitsMs = valuesOf(header)
    .map((text) => waitMsOf(text, nowMs))
    .filter((waitMs) => waitMs !== null);
  return waitsMs.length === 0 ? null : Math.max(...waitsMs);
}

/** Far more than a receiver can mean; the rest is not read. */
const maxValues = 16;

/** Dates hold a comma themselves, after the name of the day. */
function valuesOf(header: string): string[] {
  const values: string[] = [];
  for (const part of header.split(',', 2 * maxValues)) {
    const last = values.length - 1;
    if (/^[A-Z][a-z]{2,8}$/.test(values[last] ?? '')) values[last] += `, ${part.trim()}`;
    else values.push(part.trim());
  }
  return values;
}

function waitMsOf(text: string, nowMs: number): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), longestMs);
  const dateMs = httpDateMs(text);
  if (dateMs === null || dateMs < nowMs) return null;
  return Math.min(dateMs - nowMs, longestMs);
}

function httpDateMs(text: string): number | null {
  // Date.parse alone would take "-1" and "3.5" for dates
  const gmt = asctimeDate.test(text) ? `${text} GMT` : text;
  if (gmt === text && !imfFixdate.test(text) && !rfc850Date.test(text)) return null;
  const ms = Date.parse(gmt.replace(/:60 /, ':59 ')); // RFC 9110 allows leap seconds, JavaScript knows none
  return Number.isNaN(ms) ? null : ms;
}
