import { waitUntil, type WaitOptions } from '@postel/testing';

/** A fleet of five processes beside another, on a machine of two cores. */
const patienceMs = 20_000;

/** Asks until there is an answer; `null` and a throw mean not yet. For views that lag by contract. */
export async function eventually<T>(
  ask: () => Promise<T | null | undefined> | T | null | undefined,
  describe: string,
  options: WaitOptions = {},
): Promise<T> {
  const answer = await waitUntil(async () => (await ask()) ?? false, {
    describe,
    timeoutMs: patienceMs,
    ...options,
  });
  return answer as T;
}
