import type { JsMsg } from '@nats-io/jetstream';
import { headerOf, headersOf, readableHeaders } from './readable-headers.js';

/** A message of a stream, as handlers and projections see it. */
export interface IncomingMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** Position in the stream. */
  readonly seq: number;
  /** When the broker stored it. */
  readonly storedAtMs: number;
  /** How often the broker handed it out, from 1. */
  readonly deliveryCount: number;
  /** Whether somebody had it before, this process or another: what it asks for may be done already. */
  readonly isAgain: boolean;
  /** Messages that stood behind it for the same consumer when it was handed out. */
  readonly behind: number;
  header(name: string): string | undefined;
  /** All headers, the first value of each. */
  headers(): Record<string, string>;
  /** They cannot be read: it looks as if there were none. */
  readonly hasBadHeaders?: boolean;
}

export function incomingMessageOf(message: JsMsg): IncomingMessage {
  return {
    subject: message.subject,
    payload: message.data,
    seq: message.info.streamSequence,
    storedAtMs: Math.floor(message.info.timestampNanos / 1_000_000),
    deliveryCount: message.info.deliveryCount,
    isAgain: message.info.deliveryCount > 1,
    behind: message.info.pending,
    header: (name) => headerOf(message, name),
    headers: () => headersOf(message),
    get hasBadHeaders() {
      return readableHeaders(message).areBad;
    },
  };
}
