import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';

interface Asked {
  readonly resolve: (answer: Msg) => void;
  readonly reject: (error: Error) => void;
  readonly expiresAtMs: number;
}

/** Nobody answered in time, or nobody is there to answer. */
export class NoReply extends Error {
  override name = 'NoReply';
  constructor(readonly reason: 'timeout' | 'no_responders' | 'lost') {
    super(
      reason === 'timeout'
        ? 'no answer in time'
        : reason === 'lost'
          ? 'the connection was lost'
          : 'no responders',
    );
  }
}

const lookEveryMs = 250;

/**
 * Requests over one inbox of our own. The client's own request makes an error, with its stack, before anything can have
 * gone wrong, and a timer for each: more than the rest of a publish costs.
 */
export class Replies {
  private readonly prefix: string;
  private readonly asked = new Map<string, Asked>();
  private timer: NodeJS.Timeout | undefined;
  private count = 0;

  constructor(private readonly nc: NatsConnection) {
    const inbox = createInbox();
    this.prefix = `${inbox}.`;
    nc.subscribe(`${inbox}.*`, { callback: (error, message) => (error ? undefined : this.answer(message)) });
  }

  /**
   * @param send publishes the request with that reply subject
   * @throws {NoReply}
   */
  request(timeoutMs: number, send: (reply: string) => void): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const token = (this.count++).toString(36);
      this.asked.set(token, { resolve, reject, expiresAtMs: Date.now() + timeoutMs });
      this.timer ??= setInterval(() => this.expire(), lookEveryMs);
      send(this.prefix + token);
    });
  }

  /** The connection is lost: what was asked may or may not have happened, and no answer will come. */
  giveUp(): void {
    const asked = [...this.asked.values()];
    this.asked.clear();
    this.rest();
    for (const { reject } of asked) reject(new NoReply('lost'));
  }

  private answer(message: Msg): void {
    const token = message.subject.slice(this.prefix.length);
    const asked = this.asked.get(token);
    if (!asked) return;
    this.asked.delete(token);
    if (this.asked.size === 0) this.rest();
    // a status without data: nobody listens on that subject
    if (message.data.length === 0 && message.headers?.code === 503)
      asked.reject(new NoReply('no_responders'));
    else asked.resolve(message);
  }

  private expire(): void {
    const nowMs = Date.now();
    for (const [token, { expiresAtMs, reject }] of this.asked) {
      if (expiresAtMs > nowMs) continue;
      this.asked.delete(token);
      reject(new NoReply('timeout'));
    }
    if (this.asked.size === 0) this.rest();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
