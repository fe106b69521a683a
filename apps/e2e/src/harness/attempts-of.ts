import type { Api, Attempt } from './api-client.js';
import { eventually } from './eventually.js';

/** All attempts of a delivery, once so many are shown: a dead letter, or an event, may be shown before them. */
export function attemptsOf(api: Api, deliveryId: string, count: number): Promise<readonly Attempt[]> {
  return attemptsOnce(api, deliveryId, count, () => true);
}

/** The same once each has its body, which is the event's: another projection writes that. */
export function attemptsWithBodies(api: Api, deliveryId: string, count: number): Promise<readonly Attempt[]> {
  return attemptsOnce(api, deliveryId, count, ({ request }) => request.body !== null);
}

function attemptsOnce(
  api: Api,
  deliveryId: string,
  count: number,
  isWhole: (attempt: Attempt) => boolean,
): Promise<readonly Attempt[]> {
  return eventually(
    async () => {
      const attempts = await api.attemptsSoFar(deliveryId);
      return attempts.length >= count && attempts.every(isWhole) ? attempts : null;
    },
    `${count} attempts of ${deliveryId}`,
    { timeoutMs: 60_000 },
  );
}
