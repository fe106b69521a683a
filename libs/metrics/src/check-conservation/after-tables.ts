import { setTimeout as delay } from 'node:timers/promises';
import type { MetricsParts } from '../parts.js';

const lookEveryMs = 250;

/**
 * Lets the tables go first: they are what people wait for, and what was delivered meanwhile costs the count less than
 * what is still open. Resolves once the delivery log has what LOG has now, or after so long.
 */
export async function afterTables(
  { broker, database, nowMs }: Pick<MetricsParts, 'broker' | 'database' | 'nowMs'>,
  longestMs: number,
  signal: AbortSignal,
): Promise<void> {
  const wanted = (await broker.jsm.streams.info('LOG')).state.last_seq;
  for (const deadlineMs = nowMs() + longestMs; !signal.aborted && nowMs() < deadlineMs;) {
    const positions = await database().projections.positions();
    // a table that was never begun is not waited for
    if ((positions.get('delivery-log') ?? wanted) >= wanted) return;
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
  }
}
