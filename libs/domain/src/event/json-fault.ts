export type JsonFault = { readonly message: string; readonly messageWithExcerpt: string };

// how V8 ends a message: `, "…excerpt…" is not valid JSON`
const excerpt = /, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s;

/**
 * Whether a text is JSON; what it says is read from its slices.
 * @returns `null` when it is; otherwise `messageWithExcerpt` for the sender, who knows the text, and `message` for
 * everyone else: it may be logged, and an excerpt of a payload must not
 */
export function jsonFault(text: string): JsonFault | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const messageWithExcerpt = error instanceof Error ? error.message : String(error);
    return { message: messageWithExcerpt.replace(excerpt, ''), messageWithExcerpt };
  }
}
