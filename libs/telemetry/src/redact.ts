/**
 * What a log line may hold of what it was given. Bounded in depth, length and number, so that a line stays a line; and
 * without secrets, wherever they stand: by the name of their key, and by their form in any text.
 */
const censored = '[redacted]';
const maxDepth = 6;
const maxItems = 50;
const maxTextLength = 4_096;
const maxCauses = 5;
const maxStackLines = 12;

/** Credentials, and what carries them: headers are names and values of others. */
const secretKey =
  /^(?:headers|rawheaders|cookies?|set-cookie|(?:proxy-?)?authorization|auth|passphrase|dsn|connection-?string|.*(?:secret|password|passwd|pwd|token|credentials?|api[-_]?key|private[-_]?key|encryption[-_]?key|master[-_]?key|signature))s?$/i;

/** The form of secrets that are recognised without a name: ours, Standard Webhooks', tokens, keys, `password=…`. */
const secretForms: readonly (readonly [RegExp, string])[] = [
  // up to the last @: a password that nobody encoded may hold any character
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, `$1${censored}@`],
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, `$1?${censored}`],
  [/\b(Bearer|Basic|DPoP)\s+[\w+/=.~-]+/gi, `$1 ${censored}`],
  [/\b(?:whsec|whsk)_[\w+/=-]+/g, censored],
  [/\bpk_[\w-]{20,}/g, censored],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, censored],
  [
    /\b((?:password|passwd|pwd|secret|token|api_?key)["']?\s*[=:]\s*)(?!\[redacted\])("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    `$1${censored}`,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, censored],
];

export function redactText(text: string): string {
  let clean = text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
  for (const [form, instead] of secretForms) clean = clean.replace(form, instead);
  return clean;
}

/** @param withStack whether every error brings its stack; a bug of ours does anyway */
export function redactFields(
  fields: Readonly<Record<string, unknown>>,
  withStack: boolean,
): Record<string, unknown> {
  return redactEntries(Object.entries(fields), 0, withStack);
}

function redactEntries(entries: [string, unknown][], depth: number, withStack: boolean) {
  const kept = entries
    .slice(0, maxItems)
    .map(([key, value]) => [key, secretKey.test(key) ? censored : redactValue(value, depth + 1, withStack)]);
  return Object.fromEntries(kept) as Record<string, unknown>;
}

function redactValue(value: unknown, depth: number, withStack: boolean): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return redactError(value, withStack);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth > maxDepth) return '[deeper]';
  if (Array.isArray(value))
    return value.slice(0, maxItems).map((item) => redactValue(item, depth + 1, withStack));
  if (value instanceof Map)
    return redactEntries(
      [...value].map(([key, of]) => [String(key), of]),
      depth,
      withStack,
    );
  if (value instanceof Set)
    return [...value].slice(0, maxItems).map((item) => redactValue(item, depth + 1, withStack));
  return redactEntries(Object.entries(value), depth, withStack);
}

/** Errors of which somebody should be told where: nobody throws them on purpose. */
const bugs = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError];

/**
 * Name, code and messages. Never the other fields of an error: drivers hang requests, sockets, statements and
 * connection strings on theirs.
 */
function redactError(error: Error, withStack: boolean): Record<string, unknown> {
  const code = 'code' in error ? error.code : undefined;
  const shown = withStack || bugs.some((bug) => error instanceof bug);
  return {
    name: error.name,
    message: redactText(messagesOf(error).join(': ')),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(shown ? { stack: placesOf(error) } : {}),
  };
}

function messagesOf(error: Error): string[] {
  const messages: string[] = [];
  let next: unknown = error;
  for (let depth = 0; next instanceof Error && depth < maxCauses; depth++) {
    const message = ownMessageOf(next);
    if (message !== '' && !messages.some((said) => said.includes(message))) messages.push(message);
    next = next.cause;
  }
  return messages;
}

/** Node's error of a name with several addresses has no words of its own, but one error for each address. */
function ownMessageOf(error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message;
  const errors = error.errors.slice(0, 3) as unknown[];
  return errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; ');
}

/** Without the message, which the first lines repeat. */
function placesOf(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('at ')).slice(0, maxStackLines);
}
