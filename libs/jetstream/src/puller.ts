import { createInbox, nanos, type Msg, type Subscription } from '@nats-io/transport-node';
import type { ConsumerSpec } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { PulledMessage } from './pulled-message.js';

/** A single priority group is what `pinned_client` needs. */
export const pinnedGroup = 'owner';

/** Well within a pin's timeout: an owner that has nothing to do stays the owner. */
const expiresMs = 2_000;
/** Beyond that without any sign a pull was lost with its broker. */
const silentAfterMs = 3 * expiresMs;

/** What there is room for, what was asked for included. */
export interface PullRoom {
  readonly messages: number;
  /** Of one request. */
  readonly maxBytes: number;
}

export interface PullerEvents {
  readonly onMessage: (message: PulledMessage) => void;
  /** The broker made us the owner (`pinned_client`), or someone else. */
  readonly onOwner: (isOwner: boolean) => void;
  /** The consumer is not there: it has to be made. */
  readonly onMissing: () => void;
  /** The consumer is another than it was, or has forgotten what it did. */
  readonly onAnother: () => void;
}

/**
 * Pulls from one durable consumer, never more than there is room for. By hand, because the library's `consume` decodes
 * all headers of every message to find a pin, and goes on asking however many messages are still in work.
 *
 *   stopped ──start──▶ asking ◀──(messages, or the request ended)──▶ waiting for the broker
 *      ▲────────────────stop──────────────────────────────────────────────╯
 */
export class Puller {
  private subscription: Subscription | null = null;
  private asked = 0;
  private pin = '';
  private lastAskedMs = 0;
  private lastSignMs = 0;
  private lastHandOut = 0;

  constructor(
    private readonly broker: Broker,
    private readonly spec: ConsumerSpec,
    private readonly room: () => PullRoom,
    private readonly events: PullerEvents,
  ) {}

  get isPulling(): boolean {
    return this.subscription !== null;
  }

  get isOwner(): boolean {
    return this.pin !== '';
  }

  start(): void {
    if (this.subscription) return;
    const inbox = createInbox();
    this.subscription = this.broker.nc.subscribe(inbox, {
      // after the connection has ended there is nobody to tell
      callback: (error, message) => (error ? undefined : this.receive(message, inbox)),
    });
    this.asked = 0;
    if (this.broker.isConnected()) this.ask();
  }

  /** Messages that are still on their way are handed over, to be given back. */
  stop(): void {
    const ended = this.subscription;
    this.subscription = null;
    this.setPin('');
    // without a connection there is nothing on its way
    void ended?.drain().catch(() => undefined);
  }

  /** Asks for what there is room for, when that is worth a request. */
  ask(): void {
    if (!this.subscription) return;
    const { messages, maxBytes } = this.room();
    const more = messages - this.asked;
    if (more <= 0 || more < this.asked) return;
    this.asked += more;
    this.lastAskedMs = Date.now();
    const request = {
      batch: more,
      expires: nanos(expiresMs),
      max_bytes: maxBytes,
      ...(this.spec.pinnedTimeoutMs === undefined ? {} : { group: pinnedGroup }),
      ...(this.pin === '' ? {} : { id: this.pin }),
    };
    const { stream, durable } = this.spec;
    this.broker.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(request), {
      reply: this.subscription.getSubject(),
    });
  }

  /** Asks anew for what was asked of a broker that is another now. @returns whether a request was lost without that */
  renewWhenSilent(nowMs: number): boolean {
    if (!this.subscription || !this.broker.isConnected()) return false;
    const isAnother = this.lastAskedMs < this.broker.connectedAtMs();
    const isSilent = this.asked > 0 && nowMs - Math.max(this.lastSignMs, this.lastAskedMs) > silentAfterMs;
    if (!isAnother && !isSilent) return false;
    this.asked = 0;
    this.ask();
    return isSilent && !isAnother;
  }

  private receive(message: Msg, inbox: string): void {
    if (this.subscription?.getSubject() !== inbox) {
      // on its way when this stopped: it is given back, and makes nobody the owner of what was given up
      if (message.reply) this.events.onMessage(new PulledMessage(message));
      return;
    }
    this.lastSignMs = Date.now();
    if (!message.reply) return this.onStatus(message);
    this.asked = Math.max(0, this.asked - 1);
    if (this.spec.pinnedTimeoutMs !== undefined && this.pin === '') {
      this.setPin(message.headers?.get('Nats-Pin-Id') ?? '');
    }
    const pulled = new PulledMessage(message);
    if (pulled.handOut <= this.lastHandOut) this.events.onAnother();
    this.lastHandOut = pulled.handOut;
    this.events.onMessage(pulled);
  }

  /** How a request ended (NATS ADR-13, ADR-42). */
  private onStatus(message: Msg): void {
    const { headers } = message;
    const code = headers?.code ?? 0;
    if (code === 100) return;
    const left = Number(headers?.get('Nats-Pending-Messages') || NaN);
    this.asked = Number.isNaN(left) ? 0 : Math.max(0, this.asked - left);
    if (code === 423) this.setPin('');
    const description = headers?.description ?? '';
    if (/consumer deleted/i.test(description)) {
      this.lastHandOut = 0;
      this.events.onAnother();
    }
    if (code === 503 || /deleted|not found/i.test(description)) return this.events.onMissing();
    // a broker that is on its way down, or a leader that moves: the watchdog asks again
    if (/shutdown|leadership/i.test(description)) return;
    this.ask();
  }

  private setPin(pin: string): void {
    if (pin === this.pin) return;
    const was = this.isOwner;
    this.pin = pin;
    if (this.isOwner !== was) this.events.onOwner(this.isOwner);
  }
}
