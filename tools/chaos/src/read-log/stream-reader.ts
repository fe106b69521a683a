import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { LogFact } from '@postel/contracts';
import { factsOfMessage } from './facts-of-message.js';

/** A message of EVENTS. */
export interface StoredEvent {
  readonly seq: number;
  readonly type: string;
  /** As the producer gave it; without the tenant that the HTTP door puts before it. */
  readonly id: string | null;
}

export interface StoredFact {
  readonly fact: LogFact;
  /** When the broker stored it. */
  readonly storedAtMs: number;
}

const operational = 'postel.ops.';
/** The rest is read the next time. */
const readTimeoutMs = 20_000;

/**
 * What the broker holds of the tenant `default`, read by a plain NATS client that goes on where it was. What Postel itself
 * tells the tenant `operator`, as when an endpoint begins to fail, no producer sent and no figure of another tenant counts.
 */
export class StreamReader {
  readonly events: StoredEvent[] = [];
  readonly facts: StoredFact[] = [];
  private eventsReadTo = 0;
  private logReadTo = 0;

  private constructor(private readonly connection: NatsConnection) {}

  static async connect(servers: readonly string[]): Promise<StreamReader> {
    const name = 'chaos-checker';
    return new StreamReader(
      await connect({ servers: [...servers], name, maxReconnectAttempts: -1, reconnectTimeWait: 200 }),
    );
  }

  /** Reads all that is there at this moment. */
  async catchUp(): Promise<void> {
    this.eventsReadTo = await this.readFrom('EVENTS', this.eventsReadTo, (message) => {
      if (message.subject.startsWith(operational)) return;
      const id = message.headers?.get('Nats-Msg-Id').replace(/^default:/, '');
      this.events.push({ seq: message.seq, type: message.subject, id: id || null });
    });
    this.logReadTo = await this.readFrom('LOG', this.logReadTo, (message) => {
      const storedAtMs = message.timestampNanos / 1e6;
      for (const fact of factsOfMessage(message.data)) {
        if (fact.tenant === 'default') this.facts.push({ fact, storedAtMs });
      }
    });
  }

  /** Messages that a consumer has not got yet, or got and not acknowledged: what may still be handed out. */
  async outstanding(): Promise<number> {
    const jsm = await jetstreamManager(this.connection, { checkAPI: false, timeout: 5_000 });
    let total = 0;
    for (const stream of ['EVENTS', 'DELIVERIES']) {
      for await (const info of jsm.consumers.list(stream)) {
        // readers of our own kind leave no trace; durables are what work goes through
        if (info.config.durable_name) total += info.num_pending + info.num_ack_pending;
      }
    }
    return total;
  }

  /** The name of the server that leads a stream. @returns `null` where there is no cluster, or no leader just now */
  async leaderOf(stream: string): Promise<string | null> {
    const jsm = await jetstreamManager(this.connection, { checkAPI: false, timeout: 5_000 });
    return (await jsm.streams.info(stream)).cluster?.leader ?? null;
  }

  /** Those through which work goes; whoever has them goes on. */
  async deleteDurables(stream: string): Promise<void> {
    const jsm = await jetstreamManager(this.connection, { checkAPI: false, timeout: 5_000 });
    const durables: string[] = [];
    for await (const { name, config } of jsm.consumers.list(stream))
      if (config.durable_name) durables.push(name);
    await Promise.all(durables.map((name) => jsm.consumers.delete(stream, name)));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async readFrom(
    stream: string,
    after: number,
    take: (message: {
      readonly seq: number;
      readonly subject: string;
      readonly headers?: { get(name: string): string } | undefined;
      readonly data: Uint8Array;
      readonly timestampNanos: number;
    }) => void,
  ): Promise<number> {
    const jsm = await jetstreamManager(this.connection, { checkAPI: false, timeout: 5_000 });
    const { last_seq: last } = (await jsm.streams.info(stream)).state;
    if (last <= after) return after;
    const consumer = await jetstream(this.connection).consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
    });
    const messages = await consumer.consume({ max_messages: 500 });
    const late = setTimeout(() => messages.stop(), readTimeoutMs);
    let reached = after;
    try {
      for await (const { seq, subject, headers, data, info } of messages) {
        take({ seq, subject, headers, data, timestampNanos: info.timestampNanos });
        reached = seq;
        if (seq >= last) break;
      }
    } finally {
      clearTimeout(late);
      await consumer.delete().catch(() => undefined); // it goes by itself
    }
    return reached;
  }
}
