type Raw = (text: string) => unknown;

/**
 * For `JSON.parse`: keeps numbers as they were written, for `JSON.stringify` to write them so again. JavaScript has
 * 12345678901234567890 as another number, and 1.10 as 1.1. A browser without `JSON.rawJSON` shows them as it has them.
 */
export function asWritten(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const { rawJSON } = JSON as { readonly rawJSON?: Raw };
  const source = context?.source;
  const isOther = typeof value === 'number' && source !== undefined && String(value) !== source;
  return isOther && rawJSON ? rawJSON(source) : value;
}
