/**
 * Lossless access to JSON text: values as the source text they came as, so that 12345678901234567890, 1.0, the order of
 * keys, `__proto__` and unicode escapes reach the receiver untouched. Everything here expects text that `JSON.parse` has
 * accepted and is iterative, so depth costs no stack; other text gives nonsense or a SyntaxError, but an end.
 */

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;
const space = 0x20;

/** A member of an object: its key, unescaped, and where the value lies in the text. */
export interface MemberSpan {
  readonly key: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Every member of the top-level object in source order, duplicates included; none when the text is no object. */
export function memberSpans(text: string): MemberSpan[] {
  const spans: MemberSpan[] = [];
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== openBrace) return spans;
  at = skipSpace(text, at + 1);
  while (at < text.length && text.charCodeAt(at) === quote) {
    const keyEnd = skipString(text, at);
    const key = unescapedKey(text, at, keyEnd);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = skipValue(text, start);
    spans.push({ key, start, end });
    at = skipSpace(text, skipSpace(text, end) + 1);
  }
  return spans;
}

/** The source text of every member's value of the top-level object; of a repeated key the last, as in `JSON.parse`. */
export function topLevelMembers(text: string): Map<string, string> {
  const members = new Map<string, string>();
  for (const { key, start, end } of memberSpans(text)) members.set(key, text.slice(start, end));
  return members;
}

/** The source text of one member's value, or `undefined` when there is none; of a repeated key the last. */
export function memberOf(objectText: string, key: string): string | undefined {
  const span = memberSpans(objectText).findLast((candidate) => candidate.key === key);
  return span && objectText.slice(span.start, span.end);
}

/** The source text of every item of the top-level array; none when the text is no array. */
export function topLevelItems(text: string): string[] {
  const items: string[] = [];
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== openBracket) return items;
  at = skipSpace(text, at + 1);
  while (at < text.length && text.charCodeAt(at) !== closeBracket) {
    const end = skipValue(text, at);
    // only in what is no JSON
    if (end === at) break;
    items.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === comma) at = skipSpace(text, at + 1);
  }
  return items;
}

/** The source text of all that is in the top-level array, of arrays in it their items instead; none when it is no array. */
export function flatItems(text: string): string[] {
  const items: string[] = [];
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== openBracket) return items;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === openBracket || code === closeBracket || code === comma || code <= space) {
      at++;
      continue;
    }
    const end = skipValue(text, at);
    // only in what is no JSON
    if (end === at) break;
    items.push(text.slice(at, end));
    at = end;
  }
  return items;
}

/** Whether objects and arrays lie in each other more than `limit` deep; the outermost counts as one. */
export function isDeeperThan(text: string, limit: number): boolean {
  // each level takes two characters
  if (text.length < 2 * (limit + 1)) return false;
  let depth = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = skipString(text, at);
      continue;
    }
    if (isOpening(code) && ++depth > limit) return true;
    if (isClosing(code)) depth--;
    at++;
  }
  return false;
}

// in ASCII a bracket and the brace of its kind differ in one bit, and no other character shares it
function isOpening(code: number): boolean {
  return (code | 0x20) === openBrace;
}

function isClosing(code: number): boolean {
  return (code | 0x20) === closeBrace;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  // of all control characters JSON allows only tab, line feed and carriage return, and those only as white space
  while (text.charCodeAt(at) <= space) at++;
  return at;
}

/** @returns the position behind the closing quote */
function skipString(text: string, from: number): number {
  for (let at = from; ;) {
    const end = text.indexOf('"', at + 1);
    if (end < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === backslash) backslashes++;
    // an odd run escapes the quote
    if (backslashes % 2 === 0) return end + 1;
    at = end;
  }
}

function unescapedKey(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  if (!raw.includes('\\')) return raw;
  return String(JSON.parse(text.slice(start, end)));
}

function skipValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === quote) return skipString(text, from);
  return isOpening(first) ? skipNested(text, from) : skipScalar(text, from);
}

function skipNested(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = skipString(text, at);
      continue;
    }
    at++;
    if (isOpening(code)) depth++;
    else if (isClosing(code) && --depth === 0) return at;
  }
  return text.length;
}

/** A number, `true`, `false` or `null`. */
function skipScalar(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= space || code === comma || isClosing(code)) return at;
    at++;
  }
  return at;
}
