import type { Msg } from '@nats-io/transport-node';
import type { HeldMessage } from './held-message.js';
import { readableHeaders, type ReadableHeaders } from './readable-headers.js';

const words = {
  ack: Buffer.from('+ACK'),
  progress: Buffer.from('+WPI'),
  term: (reason: string) => Buffer.from(`+TERM ${reason}`),
  nak: (delayMs: number) => Buffer.from(`-NAK {"delay":${Math.round(delayMs * 1e6)}}`),
} as const;

/**
 * A message that a pull brought, read no further than it is asked: headers are decoded when someone wants one. Where it
 * stands is in its reply subject (NATS ADR-15): `$JS.ACK.[domain.account.]stream.consumer.count.seq.seq.time.pending[.token]`.
 */
export class PulledMessage implements HeldMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly seq: number;
  /** Of what its durable has handed out: later ones have greater numbers. */
  readonly handOut: number;
  readonly storedAtMs: number;
  readonly deliveryCount: number;
  readonly behind: number;
  readonly arrivedAtMs = Date.now();
  place = 0;
  timesHandedOver = 0;
  private known: ReadableHeaders | undefined;

  constructor(private readonly message: Msg) {
    this.subject = message.subject;
    this.payload = message.data;
    const tokens = (message.reply ?? '').split('.');
    const first = tokens.length > 9 ? 6 : 4;
    this.deliveryCount = Number(tokens[first]);
    this.seq = Number(tokens[first + 1]);
    this.handOut = Number(tokens[first + 2]);
    this.behind = Number(tokens[first + 4]);
    // nanoseconds: their last six digits are cut off before they are a number
    this.storedAtMs = Number((tokens[first + 3] ?? '').slice(0, -6));
  }

  get isAgain(): boolean {
    return this.deliveryCount > 1 || this.timesHandedOver > 1;
  }

  header(name: string): string | undefined {
    return this.readHeaders().values.get(name) || undefined;
  }

  headers(): Record<string, string> {
    return Object.fromEntries(this.readHeaders().values);
  }

  get hasBadHeaders(): boolean {
    return this.readHeaders().areBad;
  }

  private readHeaders(): ReadableHeaders {
    return (this.known ??= readableHeaders(this.message));
  }

  ack(): void {
    this.message.respond(words.ack);
  }

  nak(delayMs = 0): void {
    this.message.respond(words.nak(delayMs));
  }

  term(reason: string): void {
    this.message.respond(words.term(reason));
  }

  working(): void {
    this.message.respond(words.progress);
  }
}
