import type { StreamName } from '@postel/contracts';
import type { StoredMsg } from '@nats-io/jetstream';
import type { Broker } from './connect-broker.js';
import { isNotFound } from './read-message.js';

export interface PositionedMessage {
  readonly seq: number;
  readonly payload: Uint8Array;
}

/**
 * The newest messages of one subject, newest first: a request to the broker for each, however many there are before them.
 * @param upTo only messages at or below this position
 */
export async function readBackwards(
  broker: Broker,
  stream: StreamName,
  subject: string,
  { limit, upTo }: { limit: number; upTo?: number | undefined },
): Promise<PositionedMessage[]> {
  const messages: PositionedMessage[] = [];
  let last = upTo;
  while (messages.length < limit && last !== 0) {
    const found = await lastUpTo(broker, stream, subject, last);
    if (!found) break;
    messages.push({ seq: found.seq, payload: found.data });
    last = found.seq - 1;
  }
  return messages;
}

async function lastUpTo(
  { jsm }: Broker,
  stream: StreamName,
  subject: string,
  upTo: number | undefined,
): Promise<StoredMsg | null> {
  // the newest is the leader's to say; a replica may not have it yet
  if (upTo === undefined)
    return jsm.streams.getMessage(stream, { last_by_subj: subject }).catch(nullIfNotFound);
  try {
    const query = { multi_last: [subject], up_to_seq: upTo };
    for await (const message of await jsm.direct.getLastMessagesFor(stream, query)) return message;
    return null;
  } catch (error) {
    return nullIfNotFound(error);
  }
}

function nullIfNotFound(error: unknown): null {
  if (isNotFound(error)) return null;
  throw error;
}
