import { waitUntil, type WaitOptions } from '@postel/testing';

/**
 * Asks until there is an answer; `null`, an empty list and a throw mean not yet. For views that lag by contract, each by
 * itself: what one of them shows says nothing of another. Whoever waits until a list is empty answers `true` for it.
 */
export async function eventually<T>(
  ask: () => Promise<T | null | undefined> | T | null | undefined,
  describe: string,
  options: WaitOptions = {},
): Promise<T> {
  const answer = await waitUntil(
    async () => {
      const said = (await ask()) ?? false;
      return Array.isArray(said) && said.length === 0 ? false : said;
    },
    { describe, ...options },
  );
  return answer as T;
}
