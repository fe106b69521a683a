import { currentApiVersion } from '@postel/contracts';
import type { ArchivedEvent } from '@postel/postgres';
import { acceptedEventOf } from '../archive-events/archived-event.js';

/**
 * An event as the API shows it, as JSON text: `data` and `relatedObjects` stay the bytes that the producer sent, which
 * a number of JavaScript would not survive.
 * @returns `null` for one that was not understood; that one is a dead letter
 */
export function eventAnswer(archived: ArchivedEvent): string | null {
  const { type, payload, headers, seq, acceptedAtMs } = archived;
  if (archived.erasedAtMs !== null || !payload)
    return archived.valid ? JSON.stringify(withoutPayload(archived)) : null;
  const event = acceptedEventOf(type, payload, headers, seq, acceptedAtMs);
  if (!event) return null;
  const envelope = new TextDecoder().decode(event.envelope).trimEnd();
  const more = JSON.stringify({
    acceptedAt: new Date(acceptedAtMs).toISOString(),
    channels: archived.channels,
    erased: false,
  });
  return `${envelope.slice(0, -1)},${more.slice(1)}`;
}

/** What is left of one whose payload was erased, or is past its retention. */
function withoutPayload(archived: ArchivedEvent): object {
  const { id, type, createdAtMs, acceptedAtMs, channels, erasedAtMs } = archived;
  return {
    id,
    type,
    created: Math.floor(createdAtMs / 1_000),
    acceptedAt: new Date(acceptedAtMs).toISOString(),
    apiVersion: currentApiVersion,
    data: null,
    channels,
    erased: erasedAtMs !== null,
    ...(erasedAtMs === null ? { expired: true } : {}),
  };
}
