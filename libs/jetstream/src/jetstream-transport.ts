import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { ConsumerSpec } from '@postel/contracts';
import { lastValueFrom, from, isObservable } from 'rxjs';
import type { Broker } from './connect-broker.js';
import { ConsumerRunner, type BatchHandler, type RunnerOptions } from './consumer-runner.js';
import type { IncomingMessage } from './incoming-message.js';
import type { Outcome } from './outcome.js';
import type { PartitionOwnership } from './partition-ownership.js';

export interface Subscription extends Pick<RunnerOptions, 'aside' | 'beginAt' | 'gatherMs' | 'handOuts'> {
  /** What the handler's `@EventPattern` says. */
  readonly pattern: string;
  readonly consumer: ConsumerSpec;
  readonly prefetch: number;
  /** Of a partition with one owner: `leads` says whether this consumer is the one that makes it. */
  readonly partition?: {
    readonly ownership: PartitionOwnership;
    readonly number: number;
    readonly leads: boolean;
  };
}

export interface TransportOptions {
  readonly broker: Broker;
  readonly subscriptions: readonly Subscription[];
  readonly drainMs: number;
  readonly onTrouble: (message: string, error?: unknown) => void;
}

/**
 * NestJS microservice transport over durable pull consumers. Handlers are declared where they live
 * (`@EventPattern(pattern)`), take what arrived together and return a promise of an outcome for each message.
 * The boot fails when a declared consumer has no handler, or a handler no consumer.
 */
export class JetStreamTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('JetStream');
  private runners: ConsumerRunner[] = [];

  constructor(private readonly settings: TransportOptions) {
    super();
  }

  listen(done: (error?: unknown) => void): void {
    this.startAll().then(() => done(), done);
  }

  async close(): Promise<void> {
    for (const ownership of this.ownerships()) ownership.stop();
    await Promise.all(this.runners.map((runner) => runner.stop(this.settings.drainMs)));
    for (const ownership of this.ownerships()) ownership.close();
    this.runners = [];
  }

  on(): never {
    throw new Error('The JetStream transport has no events of its own');
  }

  unwrap<T = Broker>(): T {
    return this.settings.broker as T;
  }

  private async startAll(): Promise<void> {
    const { broker, subscriptions, onTrouble } = this.settings;
    this.refuseMismatch();
    this.runners = subscriptions.map(({ pattern, consumer, partition, ...options }) => {
      const handler = batchHandlerOf(this.getHandlerByPattern(pattern) as MessageHandler);
      if (!partition) return new ConsumerRunner(broker, consumer, handler, { ...options, onTrouble });
      const { ownership, number, leads } = partition;
      const runner = new ConsumerRunner(broker, consumer, handler, {
        ...options,
        onTrouble,
        // until it is known what other processes have
        startsPaused: true,
        ...(leads
          ? {
              onOwner: (isOwner) => ownership.changed(number, isOwner),
              untilOthersIdle: (graceMs) => ownership.untilFollowersIdle(number, graceMs),
            }
          : {}),
      });
      ownership.attach(number, runner, leads);
      return runner;
    });
    for (const ownership of this.ownerships()) ownership.listen();
    // few at a time: each is a consumer to create at the broker
    for (const runner of this.runners) await runner.start();
    for (const ownership of this.ownerships()) await ownership.start();
  }

  private ownerships(): ReadonlySet<PartitionOwnership> {
    return new Set(this.settings.subscriptions.flatMap(({ partition }) => partition?.ownership ?? []));
  }

  private refuseMismatch(): void {
    const declared = new Set(this.settings.subscriptions.map(({ pattern }) => pattern));
    const handled = [...this.getHandlers().keys()];
    const faults = [
      ...[...declared]
        .filter((pattern) => !handled.includes(pattern))
        .map((pattern) => `no handler for the consumer "${pattern}"`),
      ...handled
        .filter((pattern) => !declared.has(pattern))
        .map((pattern) => `no consumer for the handler "${pattern}"`),
      ...handled
        .filter((pattern) => this.getHandlers().get(pattern)?.next)
        .map((pattern) => `two handlers for "${pattern}"`),
    ];
    if (faults.length > 0) throw new Error(faults.join('; '));
  }
}

function batchHandlerOf(handler: MessageHandler): BatchHandler {
  return async (batch: readonly IncomingMessage[]) => {
    const answer: unknown = await handler(batch);
    const outcomes: unknown = isObservable(answer) ? await lastValueFrom(from(answer)) : answer;
    if (!Array.isArray(outcomes)) throw new Error('the handler gave no list of outcomes');
    return outcomes as Promise<Outcome>[];
  };
}
