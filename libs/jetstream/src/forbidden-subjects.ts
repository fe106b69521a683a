import { headers, type NatsConnection } from '@nats-io/transport-node';

export interface Forbidden {
  readonly operation: 'publish' | 'subscription';
  /** The first of its kind that was refused. */
  readonly subject: string;
}

interface Refusal extends Forbidden {
  readonly lastAtMs: number;
}

/** Subjects end in names of tenants, endpoints and consumers: their kind is in the first tokens. */
const tokensOfKind = 4;
/** What is wanted and still refused is refused again within that time. */
const rememberedMs = 60_000;
/** What callers bring about is none: an event of a type, or of a new first word, which is added to the stream. */
const needed = /^(?:postel|_INBOX|\$JS(?!\.API\.STREAM\.UPDATE\.))\./;
/** Of the others somebody else may be told, who subscribes to them. */
const heardByStreamsAlone = /^postel\.(?:log|config|idempotency|delivery|retry|bulk)\./;

/** What the permissions of our user lack at the broker, by kinds of subjects: a refused request looks like one without an answer. */
export class ForbiddenSubjects {
  private readonly refusals = new Map<string, Refusal>();

  constructor(private readonly nowMs: () => number = Date.now) {}

  /** @returns whether nothing of its kind was refused before */
  refused({ operation, subject }: Forbidden): boolean {
    const kind = kindOf({ operation, subject });
    const known = this.refusals.get(kind);
    this.refusals.set(kind, { operation, subject: known?.subject ?? subject, lastAtMs: this.nowMs() });
    return !known;
  }

  /** What a service cannot work without: `publish postel.log.>`. The rest is told by the 503 of who asked for it. */
  get lacking(): readonly string[] {
    return [...this.refusals].flatMap(([kind, { subject }]) => (needed.test(subject) ? [kind] : []));
  }

  /**
   * A subject may be refused to nobody any more, or be wanted by nobody, because who is not ready is sent nothing: what
   * JetStream would refuse for its header is published to it. A subscription that was refused is made again with the next
   * connection only.
   */
  askAgain(nc: Pick<NatsConnection, 'publish'>): void {
    const withHeaders = headers();
    withHeaders.set('Nats-Expected-Stream', 'none');
    for (const [kind, { lastAtMs, operation, subject }] of this.refusals) {
      if (operation === 'subscription') continue;
      if (lastAtMs < this.nowMs() - rememberedMs) this.refusals.delete(kind);
      else if (heardByStreamsAlone.test(subject))
        nc.publish(subject, new Uint8Array(), { headers: withHeaders });
    }
  }

  /** It is another connection, with other permissions perhaps. */
  clear(): void {
    this.refusals.clear();
  }
}

function kindOf({ operation, subject }: Forbidden): string {
  const tokens = subject.split('.');
  const first = tokens.slice(0, subject.startsWith('$') ? tokensOfKind : 2);
  const verb = operation === 'publish' ? 'publish' : 'subscribe to';
  return `${verb} ${first.join('.')}${tokens.length > first.length ? '.>' : ''}`;
}
