import { factSubject, maxFactsPerMessage, type LogFact } from '@postel/contracts';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { requestBatch, requestOne, type OutgoingMessage } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import {
  brokerCodes,
  isBrokerUnavailable,
  PublishError,
  publishErrorOf,
  type BrokerReply,
} from './publish-error.js';

export interface FactLogOptions {
  /**
   * Asked when the broker has no room or is away: whether to go on trying, with the same messages, so that a lost
   * answer stores nothing twice. `false`: the callers are told.
   */
  readonly keepTrying: () => boolean;
  /** How long each round waits for more to come (0): for facts that nobody waits for. */
  readonly lingerMs?: number;
  readonly timeoutMs?: number;
  /** Facts of these tenants are dropped: they were deleted, and what comes of them late is erased before it is there. */
  readonly isErased?: (tenant: string) => boolean;
}

/** Facts of one round; more wait for the next. */
const maxFactsPerRound = 1_000;
/** A message of facts is closed beyond this; one fact alone may be larger. */
const closeMessageAtBytes = 256 * 1024;
const closeRoundAtBytes = 2 * 1024 * 1024;

interface Waiting {
  readonly facts: readonly LogFact[];
  readonly resolve: () => void;
  readonly reject: (error: PublishError) => void;
}

/**
 * Appends facts to LOG in rounds: all that came while the last round was stored goes together, as one message for each
 * tenant and name, in one atomic batch, with one fsync. So the log costs by the round and not by the fact.
 *
 *   idle ──append──▶ a round is stored ──(nothing waits)──▶ idle
 *                        ╰──(facts wait)──▶ the next round
 */
export class FactLog {
  private queue: Waiting[] = [];
  private isBusy = false;

  constructor(
    private readonly broker: Broker,
    private readonly options: FactLogOptions = { keepTrying: () => false },
  ) {}

  /** Stores these facts together: all, or none. @throws {PublishError} */
  append(...given: LogFact[]): Promise<void> {
    const { isErased } = this.options;
    const facts = isErased ? given.filter(({ tenant }) => !isErased(tenant)) : given;
    return new Promise((resolve, reject) => {
      this.queue.push({ facts, resolve, reject });
      if (this.isBusy) return;
      this.isBusy = true;
      void this.storeAll();
    });
  }

  /** At least one turn of the event loop, so that all that this turn appends goes together. */
  private async linger(): Promise<void> {
    const { lingerMs = 0 } = this.options;
    if (lingerMs === 0) await nextTurn();
    else await new Promise((resolve) => setTimeout(resolve, lingerMs));
  }

  private async storeAll(): Promise<void> {
    while (this.queue.length > 0) {
      await this.linger();
      const { round, messages } = this.take();
      try {
        await this.store(messages);
        for (const { resolve } of round) resolve();
      } catch (error) {
        const failure =
          error instanceof PublishError ? error : new PublishError('unavailable', String(error));
        for (const { reject } of round) reject(failure);
      }
    }
    this.isBusy = false;
  }

  private take(): { readonly round: readonly Waiting[]; readonly messages: readonly OutgoingMessage[] } {
    const messages = new OpenMessages();
    let count = 0;
    for (const { facts } of this.queue) {
      if (count > 0 && messages.isFullWith(facts.length)) break;
      for (const fact of facts) messages.add(fact);
      count += 1;
    }
    return { round: this.queue.splice(0, count), messages: messages.close() };
  }

  private async store(messages: readonly OutgoingMessage[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      const failure = await this.tryToStore(messages);
      if (!failure) return;
      // without a leader the stream itself seems to be missing
      if (!isBrokerUnavailable(failure) || !this.options.keepTrying()) throw failure;
      await delay(Math.min(100 * tries, 1_000));
    }
  }

  private async tryToStore(messages: readonly OutgoingMessage[]): Promise<PublishError | null> {
    const timeoutMs = this.options.timeoutMs ?? 10_000;
    const [first] = messages;
    if (!first) return null;
    try {
      const reply =
        messages.length === 1
          ? await requestOne(this.broker, first, timeoutMs)
          : await requestBatch(this.broker, messages, timeoutMs);
      return errorOf(reply);
    } catch (error) {
      return error instanceof PublishError ? error : new PublishError('unavailable', String(error));
    }
  }
}

/** Every id is of one round alone: a duplicate is this very round, stored before its answer was lost. */
function errorOf({ error }: BrokerReply): PublishError | null {
  if (!error || error.err_code === brokerCodes.duplicateInBatch) return null;
  return publishErrorOf(error);
}

/** Facts on their way into messages: one for each tenant and name, in the order in which they first came. */
class OpenMessages {
  private readonly open = new Map<string, { texts: string[]; sizeBytes: number }>();
  private readonly closed: OutgoingMessage[] = [];
  private facts = 0;
  private sizeBytes = 0;

  isFullWith(more: number): boolean {
    return this.facts + more > maxFactsPerRound || this.sizeBytes > closeRoundAtBytes;
  }

  add(fact: LogFact): void {
    const subject = factSubject(fact);
    const text = JSON.stringify(fact);
    let message = this.open.get(subject);
    if (message && message.sizeBytes + text.length > closeMessageAtBytes) message = this.closeOne(subject);
    if (!message) this.open.set(subject, (message = { texts: [], sizeBytes: 0 }));
    message.texts.push(text);
    message.sizeBytes += text.length;
    this.facts += 1;
    this.sizeBytes += text.length;
    if (message.texts.length === maxFactsPerMessage) this.closeOne(subject);
  }

  close(): readonly OutgoingMessage[] {
    for (const subject of [...this.open.keys()]) this.closeOne(subject);
    return this.closed;
  }

  private closeOne(subject: string): undefined {
    const texts = this.open.get(subject)?.texts ?? [];
    this.open.delete(subject);
    this.closed.push({ subject, payload: Buffer.from(`[${texts.join(',')}]`), messageId: randomUUID() });
  }
}
