import type { DirectMsgRequest, MsgRequest, StoredMsg } from '@nats-io/jetstream';
import type { StreamName } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { readableHeaders } from './readable-headers.js';

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
  const stored = await findMessage(broker, stream, { seq });
  return stored && messageOf(stored);
}

/**
 * What a replica has, or (of a message with headers that the client cannot read among those in which a replica says what
 * it is) the leader. @returns `null` when there is none
 */
async function findMessage(
  broker: Broker,
  stream: StreamName,
  query: DirectMsgRequest,
): Promise<StoredMsg | null> {
  try {
    return await broker.jsm.direct.getMessage(stream, query);
  } catch (error) {
    if (isNotFound(error)) return null;
    if (!(error instanceof Error) || error.name !== 'InvalidArgumentError') throw error;
    // it takes the same requests, though the client's types name two kinds of them only
    return broker.jsm.streams.getMessage(stream, query as MsgRequest);
  }
}

function messageOf(stored: StoredMsg): StoredMessage {
  const { subject, data, time } = stored;
  const { values } = readableHeaders({
    get headers() {
      return stored.header;
    },
  });
  return { subject, payload: data, headers: Object.fromEntries(values), storedAtMs: time.getTime() };
}

/**
 * As {@link readMessage}, for a message that was stored at some time: what a replica does not have (yet) its leader is
 * asked for, so that `null` means that it is not there any more.
 */
export async function readStoredMessage(
  broker: Broker,
  stream: StreamName,
  seq: number,
): Promise<StoredMessage | null> {
  const near = await readMessage(broker, stream, seq);
  if (near) return near;
  const stored = await broker.jsm.streams.getMessage(stream, { seq }).catch((error: unknown) => {
    if (isNotFound(error)) return null;
    throw error;
  });
  return stored && messageOf(stored);
}

/** The newest message of a subject and its position, from the leader: what a replica has may be old. */
export async function readLastMessage(
  broker: Broker,
  stream: StreamName,
  subject: string,
): Promise<(StoredMessage & { readonly seq: number }) | null> {
  const stored = await broker.jsm.streams
    .getMessage(stream, { last_by_subj: subject })
    .catch((error: unknown) => {
      if (error instanceof Error && /not found|no message/i.test(error.message)) return null;
      throw error;
    });
  return stored && { ...messageOf(stored), seq: stored.seq };
}

/** The position of the newest message of these subjects, 0 when there is none. @param subject wildcards allowed */
export async function lastSequenceOf(broker: Broker, stream: StreamName, subject: string): Promise<number> {
  const last = await findMessage(broker, stream, { last_by_subj: subject });
  return last?.seq ?? 0;
}

/** As {@link lastSequenceOf}, from the leader: what was stored before it was asked is in it. */
export async function lastSequenceAtLeader(
  broker: Broker,
  stream: StreamName,
  subject: string,
): Promise<number> {
  return (await readLastMessage(broker, stream, subject))?.seq ?? 0;
}

/** The position of the first message that was stored at or after this time, `null` when there is none. */
export async function firstSequenceSince(
  broker: Broker,
  stream: StreamName,
  timeMs: number,
): Promise<number | null> {
  const first = await findMessage(broker, stream, { start_time: new Date(timeMs).toISOString() });
  return first?.seq ?? null;
}

/**
 * When the first message of these subjects was stored that stands at this position or after it, `null` when there is none.
 * @param filters wildcards allowed
 */
export async function storedAtMsFrom(
  broker: Broker,
  stream: StreamName,
  seq: number,
  filters: readonly string[] = ['>'],
): Promise<number | null> {
  const firsts = await Promise.all(
    filters.map((filter) => findMessage(broker, stream, { seq, next_by_subj: filter })),
  );
  const times = firsts.flatMap((first) => (first ? [first.time.getTime()] : []));
  return times.length > 0 ? Math.min(...times) : null;
}

/** Everything at or below this position has been acknowledged to that durable. */
export async function ackFloorOf(broker: Broker, stream: StreamName, durable: string): Promise<number> {
  return (await broker.jsm.consumers.info(stream, durable)).ack_floor.stream_seq;
}

/** Up to where a durable has acknowledged everything; all there is, where nothing is left for it. */
export async function consumedUpTo(broker: Broker, stream: StreamName, durable: string): Promise<number> {
  const { ack_floor, num_ack_pending, num_pending } = await broker.jsm.consumers.info(stream, durable);
  return num_ack_pending + num_pending === 0 ? Infinity : ack_floor.stream_seq;
}

/** The broker has no such message (any more). */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && /not found|no results|no message found/i.test(error.message);
}

/** Takes a message out of its stream for good: its bytes are overwritten. */
export async function eraseMessage(broker: Broker, stream: StreamName, seq: number): Promise<void> {
  await broker.jsm.streams.deleteMessage(stream, seq, true).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
