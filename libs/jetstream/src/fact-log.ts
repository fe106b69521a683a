import { factSubject, maxFactsPerMessage, type LogFact } from '@postel/contracts';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { requestBatch, requestOne, sentSingly, type OutgoingMessage } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import {
  asPublishError,
  brokerCodes,
  isBrokerUnavailable,
  type PublishError,
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

const [openBracket, comma, closeBracket] = [0x5b, 0x2c, 0x5d];

interface Waiting {
  readonly facts: readonly LogFact[];
  readonly resolve: () => void;
  readonly reject: (error: PublishError) => void;
}

/** One append in its round. */
interface Placed extends Waiting {
  /** Where its facts are; `undefined` without any. */
  readonly message: OpenMessage | undefined;
  /** Its facts need several messages: they are of several subjects, or too many. */
  readonly isParted: boolean;
}

/**
 * Appends facts to LOG in rounds: all that came while the last round was stored goes together, as one message for each
 * tenant and name. So the log costs by the round and not by the fact. Messages of a round are one atomic batch where
 * there are many, or where one append needs several of them; a few that need nothing of each other are cheaper singly.
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
      const isSingly =
        messages.length > 1 && messages.length <= sentSingly && !round.some(({ isParted }) => isParted);
      if (isSingly) await this.settleSingly(round);
      else await this.settle(round, messages);
    }
    this.isBusy = false;
  }

  private take(): { readonly round: readonly Placed[]; readonly messages: readonly OpenMessage[] } {
    const messages = new OpenMessages();
    const round: Placed[] = [];
    for (const waiting of this.queue) {
      if (round.length > 0 && messages.isFullWith(waiting.facts.length)) break;
      const [message, ...further] = new Set(waiting.facts.map((fact) => messages.add(fact)));
      round.push({ ...waiting, message, isParted: further.length > 0 });
    }
    this.queue.splice(0, round.length);
    return { round, messages: messages.all };
  }

  private async settleSingly(round: readonly Placed[]): Promise<void> {
    const byMessage = Map.groupBy(round, ({ message }) => message);
    await Promise.all(
      [...byMessage].map(([message, placed]) => this.settle(placed, message ? [message] : [])),
    );
  }

  /** Stores these messages, and tells the appends that are in them. */
  private async settle(round: readonly Placed[], messages: readonly OpenMessage[]): Promise<void> {
    try {
      await this.store(messages.map(closed));
      for (const { resolve } of round) resolve();
    } catch (error) {
      const failure = asPublishError(error);
      for (const { reject } of round) reject(failure);
    }
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
      return asPublishError(error);
    }
  }
}

/** Every id is of one round alone: a duplicate is this very round, stored before its answer was lost. */
function errorOf({ error }: BrokerReply): PublishError | null {
  if (!error || error.err_code === brokerCodes.duplicateInBatch) return null;
  return publishErrorOf(error);
}

/** Facts of one subject on their way into a message. */
interface OpenMessage {
  readonly subject: string;
  readonly texts: string[];
  sizeBytes: number;
}

function closed({ subject, texts }: OpenMessage): OutgoingMessage {
  return { subject, payload: arrayOf(texts), messageId: randomUUID() };
}

/** `[a,b]`, written text by text: to join them first would cost as much as to make them. */
function arrayOf(texts: readonly string[]): Uint8Array {
  let sizeBytes = 1;
  for (const text of texts) sizeBytes += Buffer.byteLength(text) + 1;
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let at = 0;
  for (const text of texts) {
    bytes[at] = at === 0 ? openBracket : comma;
    at += 1 + bytes.write(text, at + 1);
  }
  bytes[at] = closeBracket;
  return bytes;
}

/**
 * A round on its way into messages: one for each tenant and name, in the order in which they first came. Creations stand
 * first: where they need another message, that is begun after the one of what became of them.
 */
class OpenMessages {
  private readonly creations: OpenMessage[] = [];
  private readonly others: OpenMessage[] = [];
  private readonly open = new Map<string, OpenMessage>();
  private facts = 0;
  private sizeBytes = 0;

  get all(): readonly OpenMessage[] {
    return [...this.creations, ...this.others];
  }

  isFullWith(more: number): boolean {
    return this.facts + more > maxFactsPerRound || this.sizeBytes > closeRoundAtBytes;
  }

  /** @returns the message that it is in */
  add(fact: LogFact): OpenMessage {
    const text = JSON.stringify(fact);
    const message = this.messageFor(fact, text.length);
    message.texts.push(text);
    message.sizeBytes += text.length;
    this.facts += 1;
    this.sizeBytes += text.length;
    return message;
  }

  private messageFor(fact: LogFact, moreBytes: number): OpenMessage {
    const subject = factSubject(fact);
    const open = this.open.get(subject);
    const isFull =
      open &&
      (open.texts.length === maxFactsPerMessage ||
        (open.sizeBytes > 0 && open.sizeBytes + moreBytes > closeMessageAtBytes));
    if (open && !isFull) return open;
    const message = { subject, texts: [], sizeBytes: 0 };
    this.open.set(subject, message);
    const isCreation = fact.fact === 'event.fanned_out' || fact.fact === 'delivery.created';
    (isCreation ? this.creations : this.others).push(message);
    return message;
  }
}
