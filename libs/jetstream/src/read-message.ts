import {
  JetStreamApiError,
  type DirectMsgRequest,
  type MsgRequest,
  type StoredMsg,
} from '@nats-io/jetstream';
import type { StreamName } from '@postel/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Broker } from './connect-broker.js';
import { brokerCodes } from './publish-error.js';
import { readableHeaders } from './readable-headers.js';

export interface StoredMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly storedAtMs: number;
}

/** So long a broker that was cut off from the others may take itself for the leader (it asks itself every 10 s). */
const staleLeaderMs = 15_000;
const askAgainMs = 500;

/**
 * One message of a stream by its position, which was stored at some time. A replica may be behind, so whether it is gone
 * its leader is asked, and one that has not come that far is asked again.
 * @returns `null` when it is not there any more
 * @throws when the broker cannot say
 */
export async function readMessage(
  broker: Broker,
  stream: StreamName,
  seq: number,
): Promise<StoredMessage | null> {
  const near = await fromAnyReplica(broker, stream, seq);
  if (near) return messageOf(near);
  const untilMs = performance.now() + staleLeaderMs;
  for (;;) {
    // asked before, so that it is not one that was stored between the two
    const isPast = (await broker.jsm.streams.info(stream)).state.last_seq >= seq;
    const stored = await atLeader(broker, stream, { seq });
    if (stored) return messageOf(stored);
    if (isPast || performance.now() > untilMs) return null;
    await delay(askAgainMs);
  }
}

async function fromAnyReplica(broker: Broker, stream: StreamName, seq: number): Promise<StoredMsg | null> {
  try {
    return await broker.jsm.direct.getMessage(stream, { seq });
  } catch (error) {
    // of a message with headers that the client cannot read among those in which a replica says what it is
    const isUnreadable = error instanceof Error && error.name === 'InvalidArgumentError';
    if (isUnreadable || isNotFound(error)) return null;
    throw error;
  }
}

/** @returns `null` when it has none; that there is no stream, or none with a leader, is an error */
async function atLeader(
  broker: Broker,
  stream: StreamName,
  query: DirectMsgRequest,
): Promise<StoredMsg | null> {
  try {
    // it takes the same requests, though the client's types name two kinds of them only
    return await broker.jsm.streams.getMessage(stream, query as MsgRequest);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === brokerCodes.noMessageFound) return null;
    throw error;
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

/** The newest message of a subject and its position, from the leader: what a replica has may be old. */
export async function readLastMessage(
  broker: Broker,
  stream: StreamName,
  subject: string,
): Promise<(StoredMessage & { readonly seq: number }) | null> {
  const stored = await atLeader(broker, stream, { last_by_subj: subject });
  return stored && { ...messageOf(stored), seq: stored.seq };
}

/**
 * The position of the newest message of these subjects, 0 when there is none, from the leader: what was stored before it
 * was asked is in it. @param subject wildcards allowed
 */
export async function lastSequenceOf(broker: Broker, stream: StreamName, subject: string): Promise<number> {
  return (await atLeader(broker, stream, { last_by_subj: subject }))?.seq ?? 0;
}

/** The position of the first message that was stored at or after this time, `null` when there is none. */
export async function firstSequenceSince(
  broker: Broker,
  stream: StreamName,
  timeMs: number,
): Promise<number | null> {
  const first = await atLeader(broker, stream, { start_time: new Date(timeMs).toISOString() });
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
    filters.map((filter) => atLeader(broker, stream, { seq, next_by_subj: filter })),
  );
  const times = firsts.flatMap((first) => (first ? [first.time.getTime()] : []));
  return times.length > 0 ? Math.min(...times) : null;
}

/** Everything at or below this position has been acknowledged to that durable. */
export async function ackFloorOf(broker: Broker, stream: StreamName, durable: string): Promise<number> {
  return (await broker.jsm.consumers.info(stream, durable)).ack_floor.stream_seq;
}

/** The broker has no such message (any more). */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && /not found|no results|no message found/i.test(error.message);
}

/** Takes a message out of its stream for good: its bytes are overwritten. @throws when there is no such stream */
export async function eraseMessage(broker: Broker, stream: StreamName, seq: number): Promise<void> {
  await broker.jsm.streams.deleteMessage(stream, seq, true).catch((error: unknown) => {
    const isStreamThere = !(error instanceof JetStreamApiError) || error.code !== brokerCodes.streamNotFound;
    if (!isStreamThere || !isNotFound(error)) throw error;
  });
}
