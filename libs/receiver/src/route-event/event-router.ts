import type { Webhook } from '../receive-webhook/webhook.js';

/** Types of events with the payloads they have. */
export type EventMap = Readonly<Record<string, unknown>>;

type Matching<Events extends EventMap, Filter extends string> = Filter extends '*'
  ? keyof Events
  : Filter extends `${infer Prefix}.*`
    ? Extract<keyof Events, `${Prefix}.${string}`>
    : Extract<keyof Events, Filter>;

/** The payload of what a pattern takes; `unknown` where the map says nothing of it. */
export type PayloadOf<Events extends EventMap, Filter extends string> = [Matching<Events, Filter>] extends [
  never,
]
  ? unknown
  : Events[Matching<Events, Filter>];

type Handler = (webhook: Webhook) => unknown;

/**
 * Hands a webhook to the one handler whose pattern is the closest: the type itself, then the longest prefix, then `*`. A type
 * that nobody waits for is answered 200, so that a sender may have new ones.
 */
export class EventRouter<Events extends EventMap = Record<string, unknown>> {
  private readonly handlers = new Map<string, Handler>();

  /** Throws a RangeError for a pattern that is taken or has a `*` elsewhere. */
  on<const Filter extends string>(
    pattern: Filter,
    handler: (webhook: Webhook<PayloadOf<Events, Filter>>) => unknown,
  ): this {
    if (this.handlers.has(pattern)) throw new RangeError(`${pattern} has a handler`);
    if (pattern !== '*' && pattern.replace(/\.\*$/, '').includes('*'))
      throw new RangeError(`${pattern}: a * stands alone or after the last dot`);
    this.handlers.set(pattern, handler as Handler);
    return this;
  }

  /** To be given to a receiver or an inbox. */
  readonly handle = (webhook: Webhook): unknown => this.handlerOf(webhook.type)?.(webhook);

  private handlerOf(type: string): Handler | undefined {
    const exact = this.handlers.get(type);
    if (exact) return exact;
    for (let end = type.lastIndexOf('.'); end > 0; end = type.lastIndexOf('.', end - 1)) {
      const handler = this.handlers.get(`${type.slice(0, end)}.*`);
      if (handler) return handler;
    }
    return this.handlers.get('*');
  }
}
