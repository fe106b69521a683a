import { decodeDeliveryPack, isDeliveryPack } from '@postel/contracts';
import type { HeldMessage } from './held-message.js';
import type { PulledMessage } from './pulled-message.js';

/** Puts one of a pack into the stream, as a message of its own. @throws when that is not confirmed */
export type PutSingly = (payload: Uint8Array, packSubject: string) => Promise<void>;

/** What a message of the broker brought: itself, or all that are packed in it. */
export function unpack(pulled: PulledMessage, putSingly: PutSingly): readonly HeldMessage[] {
  const payloads = isDeliveryPack(pulled.subject) ? decodeDeliveryPack(pulled.payload) : null;
  return payloads ? new MessagePack(pulled, payloads, putSingly).messages : [pulled];
}

/** Once in a while is enough for the broker, however many of a pack are in work. */
const betweenProgressMs = 1_000;

/**
 * A message of the broker that holds several, each handled by itself: it is acknowledged when the last of them has ended.
 * One that is given back neither waits for the others nor brings them back with it: it becomes a message of its own.
 *
 *   open ──(each has ended, or was put back singly)──▶ acknowledged
 *     ╰──(one could not be put back)──▶ given back whole: whoever gets it knows what has ended (adr/0012)
 */
class MessagePack {
  readonly messages: readonly PackedMessage[];
  private left: number;
  private isIncomplete = false;
  private toldProgressAtMs = 0;

  constructor(
    private readonly pulled: PulledMessage,
    payloads: readonly Uint8Array[],
    private readonly putSingly: PutSingly,
  ) {
    this.left = payloads.length;
    const behind = pulled.behind * payloads.length;
    this.messages = payloads.map((payload) => new PackedMessage(this, pulled, payload, behind));
  }

  ended(): void {
    this.left -= 1;
    if (this.left > 0) return;
    if (this.isIncomplete) this.pulled.nak();
    else this.pulled.ack();
  }

  async putBack(payload: Uint8Array): Promise<void> {
    try {
      await this.putSingly(payload, this.pulled.subject);
    } catch {
      this.isIncomplete = true;
    }
    this.ended();
  }

  working(): void {
    const nowMs = Date.now();
    if (nowMs - this.toldProgressAtMs < betweenProgressMs) return;
    this.toldProgressAtMs = nowMs;
    this.pulled.working();
  }
}

/** One of a pack, which has no headers. */
export class PackedMessage implements HeldMessage {
  readonly isPacked = true;
  place = 0;
  timesHandedOver = 0;

  constructor(
    private readonly pack: MessagePack,
    private readonly pulled: PulledMessage,
    readonly payload: Uint8Array,
    readonly behind: number,
  ) {}

  get subject(): string {
    return this.pulled.subject;
  }

  get seq(): number {
    return this.pulled.seq;
  }

  get storedAtMs(): number {
    return this.pulled.storedAtMs;
  }

  get deliveryCount(): number {
    return this.pulled.deliveryCount;
  }

  get arrivedAtMs(): number {
    return this.pulled.arrivedAtMs;
  }

  get isAgain(): boolean {
    return this.pulled.isAgain;
  }

  header(): undefined {
    return undefined;
  }

  headers(): Record<string, string> {
    return {};
  }

  ack(): void {
    this.pack.ended();
  }

  /** Resolves when it is a message of its own, or its pack comes back. */
  nak(): Promise<void> {
    return this.pack.putBack(this.payload);
  }

  term(): void {
    this.pack.ended();
  }

  working(): void {
    this.pack.working();
  }
}
