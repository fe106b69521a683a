/** The longest `maxDelayMs` a policy can have: beyond it the number makes no difference. */
const longestMs = 7 * 86_400_000;

// RFC 9110 section 5.6.7: the preferred form, and the two obsolete ones that a recipient must accept
const imfFixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const rfc850Date = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const asctimeDate = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110 section 10.2.3).
 * @returns ms from now, at most 7 days; `null` for what is neither, and for a date that has passed
 */
export function parseRetryAfter(header: string, nowMs: number): number | null {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, longestMs);
  const dateMs = httpDateMs(text);
  if (dateMs === null || dateMs < nowMs) return null;
  return Math.min(dateMs - nowMs, longestMs);
}

function httpDateMs(text: string): number | null {
  // Date.parse alone would take "-1" and "3.5" for dates
  const gmt = asctimeDate.test(text) ? `${text} GMT` : text;
  if (gmt === text && !imfFixdate.test(text) && !rfc850Date.test(text)) return null;
  const ms = Date.parse(gmt);
  return Number.isNaN(ms) ? null : ms;
}
