const maxRows = 5_000;
/** An array parameter is one string, bytes as hex in it: PostgreSQL takes 1 GB at most, V8 half of that. */
const maxBytes = 16 * 1024 * 1024;

/** Splits rows so that each part fits into one statement; a single row always does. */
export function* chunksOf<Row>(
  rows: readonly Row[],
  sizeBytesOf: (row: Row) => number,
): Generator<readonly Row[]> {
  let chunk: Row[] = [];
  let chunkBytes = 0;
  for (const row of rows) {
    const sizeBytes = sizeBytesOf(row);
    if (chunk.length > 0 && (chunk.length === maxRows || chunkBytes + sizeBytes > maxBytes)) {
      yield chunk;
      chunk = [];
      chunkBytes = 0;
    }
    chunk.push(row);
    chunkBytes += sizeBytes;
  }
  if (chunk.length > 0) yield chunk;
}
