import { AckPolicy, DeliverPolicy, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { ConsumerSpec } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { incomingMessageOf, type IncomingMessage } from './incoming-message.js';
import type { Outcome } from './outcome.js';

/** Gets what arrived together, and says of each message, now or later, what becomes of it. */
export type BatchHandler = (batch: readonly IncomingMessage[]) => Promise<readonly Promise<Outcome>[]>;

export interface RunnerOptions {
  /** Messages asked for ahead of time. */
  readonly prefetch: number;
  readonly onTrouble: (message: string, error?: unknown) => void;
}

/** A single priority group is what `pinned_client` needs. */
const pinnedGroup = 'owner';

/**
 * Runs one durable pull consumer: asks for messages, hands over what arrives together, and settles each by its outcome.
 * It alone acknowledges. A message in work longer than a third of the ack wait is reported as in progress.
 *
 *   idle ──start──▶ pulling ──stop──▶ draining (what is in work is finished, what still arrives goes back) ──▶ idle
 *                      ╰── the pull falls silent ──▶ renewed by the watchdog
 */
export class ConsumerRunner {
  private messages: ConsumerMessages | null = null;
  private readonly inWork = new Set<JsMsg>();
  private arrived: JsMsg[] = [];
  private draining = false;
  private progress: NodeJS.Timeout | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private lastSignMs = 0;
  private idle: (() => void) | null = null;
  private isOwner = false;

  constructor(
    private readonly broker: Broker,
    private readonly spec: ConsumerSpec,
    private readonly handler: BatchHandler,
    private readonly options: RunnerOptions,
  ) {}

  async start(): Promise<void> {
    await ensureConsumer(this.broker, this.spec);
    await this.pull();
    this.progress = setInterval(() => this.reportProgress(), this.spec.ackWaitMs / 3);
    this.watchdog = setInterval(() => void this.renewWhenSilent(), 5_000);
  }

  /** No new work from now on; resolves when all in work is settled, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.draining = true;
    clearInterval(this.watchdog);
    this.messages?.stop();
    await this.handOverOwnership();
    if (this.inWork.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
      await Promise.race([new Promise<void>((resolve) => (this.idle = resolve)), grace]);
      clearTimeout(timer);
    }
    clearInterval(this.progress);
  }

  private async pull(): Promise<void> {
    const consumer = await this.broker.js.consumers.get(this.spec.stream, this.spec.durable);
    this.lastSignMs = Date.now();
    this.messages = await consumer.consume({
      max_messages: this.options.prefetch,
      // well within a pin's timeout: an owner that has nothing to do stays the owner
      expires: 2_000,
      idle_heartbeat: 500,
      callback: (message) => this.receive(message),
      ...(this.spec.pinnedTimeoutMs === undefined ? {} : { group: pinnedGroup }),
    });
    void this.watch(this.messages);
  }

  private async watch(messages: ConsumerMessages): Promise<void> {
    for await (const status of messages.status()) {
      if (status.type === 'consumer_pinned') this.isOwner = true;
      if (status.type === 'consumer_unpinned') this.isOwner = false;
      if (status.type === 'heartbeat' || status.type === 'next') this.lastSignMs = Date.now();
      if (status.type === 'consumer_not_found' || status.type === 'consumer_deleted') {
        await ensureConsumer(this.broker, this.spec).catch(() => undefined); // the watchdog tries again
      }
    }
  }

  /** The next owner need not wait until our pin times out. */
  private async handOverOwnership(): Promise<void> {
    if (!this.isOwner || !this.broker.isConnected()) return;
    const { stream, durable } = this.spec;
    await this.broker.jsm.consumers.unpin(stream, durable, pinnedGroup).catch(() => undefined); // it times out, then
  }

  /** The library renews a pull by itself in most cases; this is for those in which it does not. */
  private async renewWhenSilent(): Promise<void> {
    if (this.draining || !this.broker.isConnected() || Date.now() - this.lastSignMs < 30_000) return;
    this.options.onTrouble(`the pull of ${this.spec.durable} fell silent; it is renewed`);
    this.messages?.stop();
    try {
      await ensureConsumer(this.broker, this.spec);
      await this.pull();
    } catch (error) {
      this.options.onTrouble(`the pull of ${this.spec.durable} could not be renewed`, error);
    }
  }

  private receive(message: JsMsg): void {
    this.lastSignMs = Date.now();
    if (this.draining) {
      message.nak();
      return;
    }
    if (this.arrived.push(message) === 1) setImmediate(() => void this.handOver());
  }

  private async handOver(): Promise<void> {
    const batch = this.arrived;
    this.arrived = [];
    for (const message of batch) this.inWork.add(message);
    try {
      const outcomes = await this.handler(batch.map(incomingMessageOf));
      batch.forEach((message, index) => {
        (outcomes[index] ?? Promise.reject(new Error('the handler gave no outcome'))).then(
          (outcome) => this.settle(message, outcome),
          (error: unknown) => this.failed(message, error),
        );
      });
    } catch (error) {
      for (const message of batch) this.failed(message, error);
    }
  }

  private failed(message: JsMsg, error: unknown): void {
    this.options.onTrouble(`${this.spec.durable} failed at message ${message.seq}; it comes again`, error);
    const delayMs = Math.min(1_000 * 2 ** Math.min(message.info.deliveryCount - 1, 5), 30_000);
    this.settle(message, { kind: 'retryAfter', delayMs });
  }

  private settle(message: JsMsg, outcome: Outcome): void {
    this.inWork.delete(message);
    try {
      if (outcome.kind === 'ack') message.ack();
      else if (outcome.kind === 'retryAfter') message.nak(outcome.delayMs);
      else message.term(outcome.reason);
    } catch (error) {
      // the connection is gone: the broker hands it out again after the ack wait
      this.options.onTrouble(`message ${message.seq} could not be settled`, error);
    }
    if (this.inWork.size === 0) this.idle?.();
  }

  private reportProgress(): void {
    for (const message of this.inWork) message.working();
  }
}

/** Creates the durable, or brings its changeable settings to what the topology says. Any number of processes at once. */
export async function ensureConsumer(broker: Broker, spec: ConsumerSpec): Promise<void> {
  const changeable = {
    ack_wait: nanos(spec.ackWaitMs),
    max_ack_pending: spec.maxAckPending,
    ...priorityOf(spec),
  };
  const { consumers } = broker.jsm;
  const current = await consumers.info(spec.stream, spec.durable).catch(() => null); // missing: it is made
  if (current) {
    const { config } = current;
    const same =
      config.ack_wait === changeable.ack_wait &&
      config.max_ack_pending === changeable.max_ack_pending &&
      config.priority_timeout === changeable.priority_timeout;
    if (!same) await consumers.update(spec.stream, spec.durable, { ...config, ...changeable });
    return;
  }
  await consumers.add(spec.stream, {
    durable_name: spec.durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    filter_subject: spec.filter,
    max_deliver: -1,
    ...changeable,
  });
}

function priorityOf({ pinnedTimeoutMs }: ConsumerSpec) {
  if (pinnedTimeoutMs === undefined) return {};
  return {
    priority_policy: 'pinned_client' as const,
    priority_groups: [pinnedGroup],
    priority_timeout: nanos(pinnedTimeoutMs),
  };
}
