import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';

/** Something that is done again and again, at a steady pace, whatever becomes of it. */
export interface SteadyLoad {
  readonly succeeded: readonly string[];
  /** What went wrong, once each time: nothing is tried again. */
  readonly failures: readonly string[];
  /** Begins no more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** @param work is given an id that no other of this name has */
export function startSteadyLoad(
  name: string,
  perSecond: number,
  work: (id: string) => Promise<unknown>,
): SteadyLoad {
  const succeeded: string[] = [];
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();
  const begin = (id: string): void => {
    const done = work(id).then(
      () => void succeeded.push(id),
      (error: unknown) => void failures.push(`${id}: ${describe(error)}`),
    );
    underWay.add(done);
    void done.then(() => underWay.delete(done));
  };
  const running = (async () => {
    const startedAtMs = Date.now();
    for (let count = 0; !stopped.signal.aborted;) {
      const due = Math.floor(((Date.now() - startedAtMs) * perSecond) / 1_000);
      for (; count < due; count++) begin(`${name}-${count}`);
      await sleep(1_000 / perSecond, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    succeeded,
    failures,
    stop: async () => {
      stopped.abort();
      await running;
      await Promise.all(underWay);
    },
  };
}

function describe(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return isNativeError(error.cause) ? `${error.message}: ${error.cause.message}` : error.message;
}
