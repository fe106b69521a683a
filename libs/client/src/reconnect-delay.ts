const longestMs = 15_000;
const longestAskedMs = 300_000;

/**
 * How long to wait before the next try: as long as the API says, doubled at each failure in a row, with a quarter of it at
 * random, so that a thousand who lost the same server do not come back together.
 * @param failures in a row, from 1
 * @param askedMs by `Retry-After`, which counts where it is longer, up to five minutes
 */
export function reconnectDelayMs(
  failures: number,
  firstMs: number,
  askedMs: number,
  random: () => number,
): number {
  const backoffMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 10), longestMs);
  return Math.round(Math.max(backoffMs, Math.min(askedMs, longestAskedMs)) * (1 + random() / 4));
}
