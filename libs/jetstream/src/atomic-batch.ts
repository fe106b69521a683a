import { type MsgHdrs } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Broker } from './connect-broker.js';
import { brokerCodes, PublishError, type BrokerReply } from './publish-error.js';
import { rawHeaders } from './raw-headers.js';
import { NoReply } from './replies.js';

export interface OutgoingMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** `Nats-Msg-Id`: a repetition within the stream's duplicate window is not stored again. */
  readonly messageId?: string;
  /** What one publisher is given with the same is stored in that order, whatever becomes of the batches around it. */
  readonly orderedBy?: string | undefined;
}

/**
 * So few messages are sent one by one, all at once: a broker with one replica stages each batch in a store of its own on
 * the disk, which costs as much as eight fsyncs, however small the batch is (adr/0045).
 */
export const sentSingly = 8;

/** So often a batch is sent again because too many others were open at the broker. */
const maxTries = 50;

/** One plain publish. @throws {PublishError} when there is no answer */
export function requestOne(
  broker: Broker,
  message: OutgoingMessage,
  timeoutMs: number,
): Promise<BrokerReply> {
  if (isTooLarge(broker, message)) return Promise.resolve(tooLarge);
  return request(broker, message, headersOf(message), timeoutMs);
}

/**
 * One atomic batch (NATS ADR-50): all is stored, with one fsync, or nothing. Waits and sends it again while too many
 * batches are open at the broker.
 * @returns the broker's answer; `error` says why nothing was stored
 * @throws {PublishError} when there is no answer, or the broker stays too busy
 */
export async function requestBatch(
  broker: Broker,
  messages: readonly OutgoingMessage[],
  timeoutMs: number,
): Promise<BrokerReply> {
  if (messages.some((message) => isTooLarge(broker, message))) return tooLarge;
  for (let tries = 1; ; tries++) {
    const reply = await requestBatchOnce(broker, messages, timeoutMs);
    const code = reply.error?.err_code ?? 0;
    if (!brokerCodes.tooManyBatches.some((known) => known === code)) return reply;
    if (tries >= maxTries) throw new PublishError('full', 'too many batches are open at the broker', code);
    await delay(Math.min(5 * tries, 100) * (0.5 + Math.random()));
  }
}

/** As the broker would say it; its client throws instead, which would look as if nobody were there. */
const tooLarge: BrokerReply = {
  error: { code: 400, err_code: brokerCodes.messageTooLarge, description: 'the message is too large' },
};
/** More than what a batch adds to the headers of a message. */
const batchHeaderBytes = 256;

/** By the broker's `max_payload`, which holds for headers and payload together. */
function isTooLarge(broker: Broker, { headers, messageId, payload }: OutgoingMessage): boolean {
  const most = broker.nc.info?.max_payload ?? Infinity;
  // most messages are far from it: no need to look at their headers
  if (payload.length * 2 < most) return false;
  let sizeBytes = payload.length + batchHeaderBytes + (messageId?.length ?? 0);
  for (const name in headers) sizeBytes += Buffer.byteLength(`${name}: ${headers[name]}\r\n`);
  return sizeBytes > most;
}

function requestBatchOnce(
  broker: Broker,
  messages: readonly OutgoingMessage[],
  timeoutMs: number,
): Promise<BrokerReply> {
  const id = randomUUID();
  const last = messages.length - 1;
  for (let i = 0; i < last; i++) {
    const message = messages[i] as OutgoingMessage;
    const headers = headersOf(message, `Nats-Batch-Id: ${id}\r\nNats-Batch-Sequence: ${i + 1}\r\n`);
    broker.nc.publish(message.subject, message.payload, headers ? { headers } : undefined);
  }
  const commit = `Nats-Batch-Id: ${id}\r\nNats-Batch-Sequence: ${last + 1}\r\nNats-Batch-Commit: 1\r\n`;
  const final = messages[last] as OutgoingMessage;
  return request(broker, final, headersOf(final, commit), timeoutMs);
}

async function request(
  broker: Broker,
  { subject, payload }: OutgoingMessage,
  headers: MsgHdrs | undefined,
  timeoutMs: number,
): Promise<BrokerReply> {
  // the client would hold it back until the reconnect and then let it time out: say so now
  if (!broker.isConnected()) throw notConnected();
  const answer = await broker.replies
    .request(timeoutMs, (reply) =>
      broker.nc.publish(subject, payload, headers ? { reply, headers } : { reply }),
    )
    .catch((error: unknown) => {
      const reason = error instanceof NoReply ? error.reason : null;
      if (reason === 'timeout') broker.unanswered.timedOut(subject, timeoutMs);
      if (reason === 'no_responders') broker.unanswered.nobodyTookIt(subject);
      throw requestFailed(error, subject);
    });
  const reply = parseReply(answer.data);
  // a refusal says nothing of whether it could be stored
  if (!reply.error) broker.unanswered.stored(subject);
  return reply;
}

function notConnected(): PublishError {
  return new PublishError('unavailable', 'the broker is not connected');
}

function requestFailed(error: unknown, subject: string): PublishError {
  if (error instanceof PublishError) return error;
  if (error instanceof NoReply && error.reason === 'no_responders') {
    return new PublishError('no_stream', `no stream takes ${subject}`);
  }
  return new PublishError('unavailable', error instanceof Error ? error.message : String(error));
}

/** A broker that acknowledges with something else than JSON is not one; an empty reply is no confirmation. */
function parseReply(data: Uint8Array): BrokerReply {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString()) as BrokerReply;
  } catch {
    throw new PublishError('unavailable', 'the broker gave no readable answer');
  }
}

/** @throws {PublishError} for a value that would end its line, and so forge headers */
function headersOf({ headers, messageId }: OutgoingMessage, more = ''): MsgHdrs | undefined {
  let text = more;
  if (messageId !== undefined) text += headerLine('Nats-Msg-Id', messageId);
  for (const name in headers) text += headerLine(name, headers[name] as string);
  return text === '' ? undefined : rawHeaders(text);
}

function headerLine(name: string, value: string): string {
  if (/[\r\n]/.test(value)) throw new PublishError('refused', `the header ${name} holds a line break`);
  return `${name}: ${value}\r\n`;
}
