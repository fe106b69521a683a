import { waitUntil, type WaitOptions } from '@postel/testing';

/** Asks until there is an answer; `null` and a throw mean not yet. For views that lag by contract. */
export async function eventually<T>(
  ask: () => Promise<T | null | undefined> | T | null | undefined,
  describe: string,
  options: WaitOptions = {},
): Promise<T> {
  const answer = await waitUntil(async () => (await ask()) ?? false, { describe, ...options });
  return answer as T;
}
