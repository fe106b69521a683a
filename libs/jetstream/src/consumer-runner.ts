import { setTimeout as delay } from 'node:timers/promises';
import { ownerNudge, unpackedDelivery, type ConsumerSpec } from '@postel/contracts';
import { ArrivalPace } from './arrival-pace.js';
import { requestOne } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import type { BeginAt } from './ensure-consumer.js';
import type { HandOuts } from './hand-outs.js';
import type { HeldMessage } from './held-message.js';
import type { IncomingMessage } from './incoming-message.js';
import { KeptDurable } from './kept-durable.js';
import { PackedMessage, unpack, type PutSingly } from './message-pack.js';
import { MessagesInWork } from './messages-in-work.js';
import type { Outcome } from './outcome.js';
import type { PulledMessage } from './pulled-message.js';
import { publishErrorOf } from './publish-error.js';
import { PullSize } from './pull-size.js';
import { pinnedGroup, Puller, type PullRoom } from './puller.js';
import { RestingMessages } from './resting-messages.js';

/** Gets what arrived together, and says of each message, now or later, what becomes of it. */
export type BatchHandler = (batch: readonly IncomingMessage[]) => Promise<readonly Promise<Outcome>[]>;

export interface RunnerOptions {
  /** Messages that are asked for or in work at once: the window. */
  readonly prefetch: number;
  /** While more stands behind what arrived, or comes that often, this long is waited for it, to hand it over together (0). */
  readonly gatherMs?: number;
  /** Of those in work, how many the handler has set aside: they take nothing of the window (0). */
  readonly aside?: () => number;
  readonly onTrouble: (message: string, error?: unknown) => void;
  /** For a consumer with one owner at a time: whether it is this process, at every change. */
  readonly onOwner?: (isOwner: boolean) => void;
  /** … and what its owner has in work elsewhere: resolves when that has ended, or after `graceMs`. */
  readonly untilOthersIdle?: (graceMs: number) => Promise<void>;
  /** Where the durable begins when there is none, and this process has not known it (with its stream). */
  readonly beginAt?: BeginAt;
  /** For a handler that has to know whether what it gets may have been handed out before. */
  readonly handOuts?: HandOuts;
  /** Does not pull before {@link ConsumerRunner.resume}. */
  readonly startsPaused?: boolean;
}

type SettledOutcome = Exclude<Outcome, { readonly kind: 'waitHere' }>;

const givenBack: SettledOutcome = { kind: 'retryAfter', delayMs: 0 };
/** Beyond that no more is asked for, however few messages it is. */
const maxHeldBytes = 8 * 1024 * 1024;
/** The next owner of a consumer that is given up waits so long for what is in work, or it would begin beside it. */
const handOverGraceMs = 1_000;
/** One of a pack that is given back is stored singly within this, or its pack comes back. */
const putBackTimeoutMs = 5_000;
/** What waits here is tried again that soon; then after twice as long each time, up to the last. */
const restMs = { first: 1_000, last: 5_000 };

/**
 * Runs one durable pull consumer: asks for messages, hands over what arrives together, and settles each by its outcome.
 * It alone acknowledges. A message in work longer than a third of the ack wait is reported as in progress.
 *
 *   idle ──start──▶ pulling ◀──pause/resume──▶ paused ──stop──▶ draining (what is in work is finished) ──▶ idle
 *                      ╰── a pull was lost ──▶ asked again by the watchdog
 */
export class ConsumerRunner {
  private readonly puller: Puller;
  private readonly inWork = new MessagesInWork();
  /** They are in work, too: reported as in progress, and part of the window. */
  private readonly resting = new RestingMessages();
  private arrived: HeldMessage[] = [];
  private readonly pace = new ArrivalPace();
  private readonly pullSize: PullSize;
  private heldBytes = 0;
  private isPaused: boolean;
  private draining = false;
  private readonly durable: KeptDurable;
  private progress: NodeJS.Timeout | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private whenIdle: (() => void)[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly spec: ConsumerSpec,
    private readonly handler: BatchHandler,
    private readonly options: RunnerOptions,
  ) {
    this.isPaused = options.startsPaused ?? false;
    this.pullSize = new PullSize(options.prefetch);
    this.durable = new KeptDurable(broker, spec, options);
    this.puller = new Puller(broker, spec, () => this.room(), {
      onMessage: (message) => this.receive(message),
      onOwner: (isOwner) => options.onOwner?.(isOwner),
      onMissing: () => void this.durable.remake(),
      onAnother: () => options.handOuts?.beganAnew(),
    });
  }

  private room(): PullRoom {
    const { maxBytes } = this.pullSize;
    if (this.heldBytes > maxHeldBytes) return { messages: 0, maxBytes };
    const { prefetch, aside } = this.options;
    const free = prefetch + (aside?.() ?? 0) - this.inWork.size - this.arrived.length;
    return { messages: this.pullSize.messagesFor(free), maxBytes };
  }

  async start(): Promise<void> {
    await this.durable.ensure();
    if (!this.isPaused) this.puller.start();
    this.progress = setInterval(() => this.reportProgress(), this.spec.ackWaitMs / 3);
    this.watchdog = setInterval(() => this.watch(), 1_000);
  }

  /** Pulls no more, and lets another own the consumer when nothing is in work, or after `graceMs`; then that goes on. */
  async pause(graceMs: number): Promise<void> {
    if (this.isPaused) return;
    this.isPaused = true;
    await this.giveUp(graceMs);
  }

  resume(): void {
    if (!this.isPaused || this.draining) return;
    this.isPaused = false;
    this.puller.start();
  }

  /** No new work from now on; resolves when all in work is settled, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.draining = true;
    clearInterval(this.watchdog);
    await this.giveUp(Math.min(graceMs, handOverGraceMs));
    await this.untilIdle(graceMs);
    clearInterval(this.progress);
  }

  /** Resolves when nothing is in work, or after `graceMs`. */
  async untilIdle(graceMs: number): Promise<void> {
    if (graceMs === 0 || this.inWork.size + this.arrived.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([new Promise<void>((resolve) => this.whenIdle.push(resolve)), grace]);
    clearTimeout(timer);
  }

  /** The next owner need not wait until our pin times out. */
  private async giveUp(graceMs: number): Promise<void> {
    const wasOwner = this.puller.isOwner;
    this.puller.stop();
    for (const message of this.resting.takeAll()) this.settle(message, givenBack);
    await Promise.all([this.untilIdle(graceMs), this.options.untilOthersIdle?.(graceMs)]);
    if (!wasOwner || !this.broker.isConnected()) return;
    const { stream, durable } = this.spec;
    const told = new AbortController();
    const late = delay(handOverGraceMs, undefined, { signal: told.signal }).catch(() => undefined);
    const unpinned = this.broker.jsm.consumers.unpin(stream, durable, pinnedGroup);
    await Promise.race([unpinned.catch(() => undefined), late]); // it times out, then
    told.abort();
  }

  private watch(): void {
    if (!this.broker.isConnected()) return;
    if (this.puller.renewWhenSilent(Date.now())) void this.durable.remake();
    else this.puller.ask();
    this.durable.note();
  }

  private receive(message: PulledMessage): void {
    if (this.draining || this.isPaused) {
      message.nak();
      return;
    }
    if (message.subject.endsWith(ownerNudge)) {
      message.ack(); // it has done its work: the consumer has an owner
      return;
    }
    this.pace.arrived(message.arrivedAtMs);
    const brought = unpack(message, this.putSingly);
    this.pullSize.note(brought.length, message.payload.length);
    for (const one of brought) {
      this.heldBytes += one.payload.length;
      if (one === message) this.replaceResting(message);
      this.enqueue(one);
    }
  }

  /** The broker took it for lost while it rested here, so that there are two of it: the newer one counts. */
  private replaceResting(message: PulledMessage): void {
    const earlier = this.resting.take(message.seq);
    if (!earlier) return;
    message.timesHandedOver = earlier.timesHandedOver;
    this.letGo(earlier);
  }

  private enqueue(message: HeldMessage): void {
    if (this.arrived.push(message) > 1) return;
    const { gatherMs = 0 } = this.options;
    const isWorthIt = gatherMs > 0 && (message.behind > 0 || this.pace.isFasterThan(gatherMs));
    if (isWorthIt) setTimeout(() => void this.handOver(), gatherMs);
    else setImmediate(() => void this.handOver());
  }

  private async handOver(): Promise<void> {
    const batch = this.arrived;
    this.arrived = [];
    for (const message of batch) {
      message.timesHandedOver += 1;
      this.inWork.add(message);
    }
    try {
      const outcomes = await this.handler(batch);
      batch.forEach((message, index) => {
        (outcomes[index] ?? Promise.reject(new Error('the handler gave no outcome'))).then(
          (outcome) => this.settle(message, outcome),
          (error: unknown) => this.failed(message, error),
        );
      });
    } catch (error) {
      for (const message of batch) this.failed(message, error);
    }
    if ((this.options.aside?.() ?? 0) > 0) this.puller.ask();
  }

  private failed(message: HeldMessage, error: unknown): void {
    this.options.onTrouble(`${this.spec.durable} failed at message ${message.seq}; it comes again`, error);
    const delayMs = Math.min(1_000 * 2 ** Math.min(message.deliveryCount - 1, 5), 30_000);
    this.settle(message, { kind: 'retryAfter', delayMs });
  }

  private settle(message: HeldMessage, outcome: Outcome): void {
    const isOver = outcome.kind === 'ack' || outcome.kind === 'discard';
    if (message instanceof PackedMessage && !isOver) return void this.putBack(message);
    if (outcome.kind === 'waitHere') return this.rest(message);
    this.broker.endOfTurn.add(() => this.tell(message, outcome));
    this.durable.settled();
    this.letGo(message);
  }

  private async putBack(message: PackedMessage): Promise<void> {
    await message
      .nak()
      .catch((error: unknown) =>
        this.options.onTrouble(`a part of message ${message.seq} was not put back`, error),
      );
    this.letGo(message);
    this.puller.ask();
  }

  private readonly putSingly: PutSingly = async (payload, packSubject) => {
    const single = unpackedDelivery(payload, packSubject);
    if (!single) throw new Error('no delivery that could be put back');
    const { error } = await requestOne(this.broker, single, putBackTimeoutMs);
    if (error) throw publishErrorOf(error);
  };

  private rest(message: HeldMessage): void {
    if (this.draining || this.isPaused) return this.settle(message, givenBack);
    const delayMs = Math.min(restMs.first * 2 ** (message.timesHandedOver - 1), restMs.last);
    this.resting.add(message, delayMs, () => {
      this.inWork.remove(message);
      this.enqueue(message);
    });
  }

  private letGo(message: HeldMessage): void {
    this.inWork.remove(message);
    this.heldBytes -= message.payload.length;
    if (this.inWork.size > 0) return;
    const idle = this.whenIdle;
    this.whenIdle = [];
    // after the telling
    if (idle.length > 0) this.broker.endOfTurn.add(() => idle.forEach((resolve) => resolve()));
  }

  private tell(message: HeldMessage, outcome: SettledOutcome): void {
    try {
      if (outcome.kind === 'ack') message.ack();
      else if (outcome.kind === 'retryAfter') void message.nak(outcome.delayMs);
      else message.term(outcome.reason);
    } catch (error) {
      // the connection is gone: the broker hands it out again after the ack wait
      this.options.onTrouble(`message ${message.seq} could not be settled`, error);
    }
    this.puller.ask();
  }

  private reportProgress(): void {
    if (!this.broker.isConnected()) return;
    const before = Date.now() - this.spec.ackWaitMs / 3;
    for (const message of this.inWork.all) if (message.arrivedAtMs <= before) message.working();
  }
}
