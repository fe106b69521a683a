/** A webhook as it was received. */
export interface PastedRequest {
  /** Names in lower case; of a repeated one the first counts. */
  readonly headers: Readonly<Record<string, string>>;
  /** Byte for byte; `null` where what was pasted has none. */
  readonly body: Buffer | null;
}

const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/**
 * A request in any of the forms that people have one in: raw HTTP, `curl -v` (which shows no body), an attempt of ours as
 * JSON, or bare header lines.
 * @returns `null` when it is none of them
 */
export function parseRequest(pasted: Buffer): PastedRequest | null {
  const text = pasted.toString('latin1');
  if (/^\s*[[{]/.test(text)) return ofJson(pasted.toString('utf8'));
  if (/^[>*<] /m.test(text) && /^> [!-~]+:/m.test(text)) return ofCurl(text);
  return ofHttp(pasted, text);
}

function ofJson(text: string): PastedRequest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  // a list of attempts, or a page of them: the last one
  const list = Array.isArray(value) ? value : fieldOf(value, 'data');
  const one: unknown = Array.isArray(list) ? list.at(-1) : value;
  const request = fieldOf(one, 'request') ?? one;
  const headers = fieldOf(request, 'headers');
  if (typeof headers !== 'object' || headers === null) return null;
  const body = fieldOf(request, 'body');
  return {
    headers: lowered(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: typeof body === 'string' ? Buffer.from(body) : null,
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function ofCurl(text: string): PastedRequest {
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('> '));
  return { headers: headersOf(lines.map((line) => line.slice(2))), body: null };
}

/** The body begins behind the first empty line, and ends where the file ends. */
function ofHttp(pasted: Buffer, text: string): PastedRequest | null {
  const blank = /\r?\n\r?\n/.exec(text);
  const head = blank === null ? text : text.slice(0, blank.index);
  const lines = head.split(/\r?\n/);
  const withoutFirst = /^[A-Z]+ \S+( HTTP\/[\d.]+)?$/.test(lines[0]?.trim() ?? '') ? lines.slice(1) : lines;
  const headers = headersOf(withoutFirst);
  if (Object.keys(headers).length === 0) return null;
  return { headers, body: blank === null ? null : pasted.subarray(blank.index + blank[0].length) };
}

export function headersOf(lines: readonly string[]): Record<string, string> {
  return lowered(
    lines.flatMap((line) => {
      const [, name, value] = headerLine.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function lowered(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of pairs) headers[name.toLowerCase()] ??= value;
  return headers;
}
