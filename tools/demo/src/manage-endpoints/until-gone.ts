import { unwrap, type PostelClient } from '@postel/client';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlayedScene } from '../check-figures/collect-evidence.js';

/** Until the endpoint that answers 410 is disabled; gives up after a while, and then a check says so. */
export async function untilGone(
  api: PostelClient,
  played: readonly PlayedScene[],
  signal: AbortSignal,
  timeoutMs = 60_000,
): Promise<void> {
  const gone = played.find(({ scene }) => scene.ending === 'gone');
  const deadlineMs = Date.now() + timeoutMs;
  while (gone && Date.now() < deadlineMs) {
    const params = { path: { id: gone.endpointId } };
    const { status } = await unwrap(api.GET('/v1/endpoints/{id}', { params }));
    if (status === 'disabled') return;
    await delay(200, undefined, { signal });
  }
}
