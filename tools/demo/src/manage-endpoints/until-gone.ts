import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../call-api/api.js';
import { endpointShape } from '../call-api/shapes.js';
import type { PlayedScene } from '../check-figures/collect-evidence.js';

/** Until the endpoint that answers 410 is disabled; gives up after a while, and then a check says so. */
export async function untilGone(
  api: Api,
  played: readonly PlayedScene[],
  signal: AbortSignal,
  timeoutMs = 60_000,
): Promise<void> {
  const gone = played.find(({ scene }) => scene.ending === 'gone');
  const deadlineMs = Date.now() + timeoutMs;
  while (gone && Date.now() < deadlineMs) {
    const { status } = await api.read(`/v1/endpoints/${gone.endpointId}`, endpointShape);
    if (status === 'disabled') return;
    await delay(200, undefined, { signal });
  }
}
