import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { eventKinds, objectOf, parseEventId } from '../publish-events/event-kinds.js';

interface ReceivedEvent {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly data?: { readonly object?: unknown };
}

/** Whether the body is the event that its producer sent: a signature holds over a wrong one, too. @returns `null`: it is */
export function complaintAboutBody(body: Buffer, eventId: string): string | null {
  const kind = parseEventId(eventId)?.kind;
  if (!kind) return null; // that is told already
  let event: ReceivedEvent | null;
  try {
    event = JSON.parse(body.toString()) as ReceivedEvent | null;
  } catch {
    return 'no JSON';
  }
  if (event?.id !== eventId) return `the id ${String(event?.id)}`;
  if (event.type !== eventKinds[kind].type) return `the type ${String(event.type)}`;
  // as text: the order of its keys is to reach the receiver, too
  const object = JSON.stringify(event.data?.object);
  return object === JSON.stringify(objectOf(eventId)) ? null : `the object ${object}`;
}

/** The second family of headers: by the contract, and by no code of Postel's. @returns `null`: it holds */
export function complaintAboutTimestampHex(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secret: string,
): string | null {
  const hmac = createHmac('sha256', secret)
    .update(`${String(headers['x-webhook-timestamp'])}.`)
    .update(body);
  const expected = `v1=${hmac.digest('hex')}`;
  const given = String(headers['x-webhook-signature']).split(',');
  return given.includes(expected) ? null : 'X-Webhook-Signature does not hold';
}
