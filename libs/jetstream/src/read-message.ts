import type { StreamName } from '@postel/contracts';
import type { Broker } from './connect-broker.js';

export interface StoredMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly storedAtMs: number;
}

/** One message of a stream by its position. @returns `null` when it is not there any more */
export async function readMessage(
  broker: Broker,
  stream: StreamName,
  seq: number,
): Promise<StoredMessage | null> {
  const stored = await broker.jsm.direct.getMessage(stream, { seq }).catch((error: unknown) => {
    if (error instanceof Error && /not found/i.test(error.message)) return null;
    throw error;
  });
  if (!stored) return null;
  const headers: Record<string, string> = {};
  for (const name of stored.header?.keys() ?? []) headers[name] = stored.header.get(name) ?? '';
  return { subject: stored.subject, payload: stored.data, headers, storedAtMs: stored.time.getTime() };
}
