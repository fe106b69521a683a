import type { JsMsg } from '@nats-io/jetstream';
import { readableHeaders, type ReadableHeaders } from './readable-headers.js';

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
  /** It came with others in one message and has its position and count; given back, it becomes one of its own. */
  readonly isPacked?: boolean;
}

export function incomingMessageOf(message: JsMsg): IncomingMessage {
  return new StoredMessage(message);
}

/** A class, since a table at its start reads a hundred thousand of them: nothing is made that nobody asks for. */
class StoredMessage implements IncomingMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  private known: ReadableHeaders | undefined;

  constructor(private readonly message: JsMsg) {
    this.subject = message.subject;
    this.payload = message.data; // cut out anew whenever it is asked for
  }

  get seq(): number {
    return this.message.info.streamSequence;
  }

  get storedAtMs(): number {
    return Math.floor(this.message.info.timestampNanos / 1_000_000);
  }

  get deliveryCount(): number {
    return this.message.info.deliveryCount;
  }

  get isAgain(): boolean {
    return this.deliveryCount > 1;
  }

  get behind(): number {
    return this.message.info.pending;
  }

  get hasBadHeaders(): boolean {
    return this.readHeaders().areBad;
  }

  header(name: string): string | undefined {
    return this.readHeaders().values.get(name) || undefined;
  }

  headers(): Record<string, string> {
    return Object.fromEntries(this.readHeaders().values);
  }

  private readHeaders(): ReadableHeaders {
    return (this.known ??= readableHeaders(this.message));
  }
}
