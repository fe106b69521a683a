import { setTimeout as delay } from 'node:timers/promises';

export interface Pace {
  /** A second. */
  readonly rate: number;
  /** Beyond it, nothing new is begun: in an outage everything waits. */
  readonly maxInFlight: number;
  readonly signal: AbortSignal;
}

/** Begins the work on each item at an even rate; resolves when all is done. */
export async function sendPaced<T>(
  items: readonly T[],
  { rate, maxInFlight, signal }: Pace,
  send: (item: T) => Promise<void>,
): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  let nextAtMs = performance.now();
  for (const item of items) {
    while (inFlight.size >= maxInFlight) await Promise.race(inFlight);
    const waitMs = nextAtMs - performance.now();
    if (waitMs > 1) await delay(waitMs, undefined, { signal });
    signal.throwIfAborted();
    // what an outage held up is not made up for in a burst
    nextAtMs = Math.max(nextAtMs, performance.now() - 1_000) + 1_000 / rate;
    const work = send(item).finally(() => inFlight.delete(work));
    work.catch(() => undefined); // who waits is told; the others of an interrupted run are not
    inFlight.add(work);
  }
  await Promise.all(inFlight);
}

/** Two lists as one, evenly mixed, each in its order. */
export function interleave<T>(left: readonly T[], right: readonly T[]): T[] {
  const place = (list: readonly T[]) =>
    list.map((item, index) => ({ item, at: (index + 0.5) / list.length }));
  return [...place(left), ...place(right)].sort((a, b) => a.at - b.at).map(({ item }) => item);
}
