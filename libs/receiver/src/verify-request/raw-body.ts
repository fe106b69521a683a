/**
 * The bytes as they came, or a TypeError that says what to do. Text and parsed bodies are refused, because neither gives the
 * signed bytes back: `JSON.stringify` writes 10.50 as 10.5, and decoding loses what is not UTF-8.
 */
export function rawBody(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  const what = body === null ? 'null' : typeof body;
  throw new TypeError(
    `a webhook is verified over the raw bytes of its body, not over a parsed one (${what}): ` +
      'take the adapter of your framework, or keep its JSON parser off this route',
  );
}
