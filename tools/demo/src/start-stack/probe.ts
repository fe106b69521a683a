import { setTimeout as delay } from 'node:timers/promises';

export type StackState = 'ready' | 'starting' | 'absent';

/** What answers there; something else than Postel counts as nothing. */
export async function probe(url: string): Promise<StackState> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    await response.text();
    if (response.status === 200) return 'ready';
    return response.status === 503 ? 'starting' : 'absent';
  } catch {
    return 'absent';
  }
}

/** @returns false when the time is over, or when `goOn` says so */
export async function untilReady(
  url: string,
  { timeoutMs, signal, goOn = () => true }: { timeoutMs: number; signal: AbortSignal; goOn?: () => boolean },
): Promise<boolean> {
  const deadlineMs = Date.now() + timeoutMs;
  while (Date.now() < deadlineMs && goOn()) {
    if ((await probe(url)) === 'ready') return true;
    await delay(100, undefined, { signal });
  }
  return false;
}
