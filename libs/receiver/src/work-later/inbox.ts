import { randomUUID } from 'node:crypto';
import type { WebhookHandler } from '../receive-webhook/receiver.js';
import type { Webhook } from '../receive-webhook/webhook.js';
import type { InboxMessage, InboxStore, TakenMessage } from './inbox-store.js';
import { nextStep, type OrderNotice } from './next-step.js';
import { Wakeup } from './wakeup.js';

export interface InboxOptions {
  readonly store: InboxStore;
  /** Does the work, at least once for each message: a crash after it and before the store knows repeats it. */
  readonly process: WebhookHandler;
  /** What a `webhook-sequence` counts within, such as the customer; without it, or `null`, there is no order. */
  readonly orderingKeyOf?: (webhook: Webhook) => string | null;
  /** Messages under way at once; 4 when not given. */
  readonly concurrency?: number;
  /** After a crash nobody takes a message for so long; extended while it is worked on. 60 s when not given. */
  readonly leaseMs?: number;
  /** Then it is dead, and those behind it go on; 10 when not given. */
  readonly maxAttempts?: number;
  /** @param attemptNumber that failed, from 1. A second, doubled, at most an hour, plus up to a quarter when not given */
  readonly backoffMs?: (attemptNumber: number) => number;
  /** How long a message waits for missing ones before it; a minute when not given. */
  readonly gapWaitMs?: number;
  /** How long a duplicate of what is done is known; 24 h when not given. */
  readonly keepMs?: number;
  /** How often the store is asked when nothing came in by this process; a second when not given. */
  readonly pollMs?: number;
  readonly onOrder?: (notice: OrderNotice) => void;
  /** Dead messages are told to `onError` when this is not given. */
  readonly onDead?: (message: InboxMessage, error: unknown) => void;
  /** Of a store that failed. `console.error` when not given. */
  readonly onError?: (error: unknown) => void;
}

/** Stored with the message, where people look; a store need not hold a whole stack. */
const maxReasonLength = 1_000;
const credentials = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Acknowledge first, work later: stores what came, and works from the store, with any number of processes. */
export class Inbox {
  private readonly wakeup = new Wakeup();
  private workers: Promise<void>[] = [];
  private isRunning = false;

  constructor(private readonly options: InboxOptions) {}

  /** For a receiver: resolves when it is stored, so that the sender is answered then. */
  readonly handle = async (webhook: Webhook): Promise<void> => {
    const { store, orderingKeyOf } = this.options;
    const { id, type, body, sequence } = webhook;
    const key = sequence === null ? null : (orderingKeyOf?.(webhook) ?? null);
    const headers = Object.entries(webhook.headers).filter(([name]) => !credentials.has(name));
    const order = key === null || sequence === null ? null : { key, sequence };
    await store.put({ id, type, headers: Object.fromEntries(headers), body, order });
    this.wakeup.wake();
  };

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.workers = Array.from({ length: this.options.concurrency ?? 4 }, () => this.work());
  }

  /** Takes nothing more, and resolves when what is under way is through. */
  async stop(): Promise<void> {
    this.isRunning = false;
    this.wakeup.wake();
    await Promise.all(this.workers);
  }

  private async work(): Promise<void> {
    while (this.isRunning) {
      const found = await this.workOnNext().catch((error: unknown) => {
        this.report(error);
        return false;
      });
      if (!found && this.isRunning) await this.wakeup.wait(this.options.pollMs ?? 1_000);
    }
  }

  private async workOnNext(): Promise<boolean> {
    const { store, leaseMs = 60_000, maxAttempts = 10, gapWaitMs = 60_000 } = this.options;
    const owner = randomUUID();
    const message = await store.take(owner, leaseMs);
    if (message === null) return false;
    const step = nextStep(message, { maxAttempts, gapWaitMs });
    if (step.kind === 'wait') await store.putBack(message.id, owner, step.waitMs, null);
    else if (step.kind === 'give-up') await this.bury(message, owner, new Error('the process ended with it'));
    else {
      if (step.notice) this.options.onOrder?.(step.notice);
      await this.attempt(message, owner, leaseMs);
    }
    // the next of its key, which another worker did not find before
    this.wakeup.wake();
    return true;
  }

  private async attempt(message: TakenMessage, owner: string, leaseMs: number): Promise<void> {
    const { store, maxAttempts = 10, keepMs = 24 * 3_600_000, backoffMs = doubling } = this.options;
    const { id, attemptNumber } = message;
    const renewal = setInterval(() => {
      store.extend(id, owner, leaseMs).catch(this.report);
    }, leaseMs / 3);
    try {
      await this.options.process(webhookOf(message));
    } catch (error) {
      if (attemptNumber >= maxAttempts) await this.bury(message, owner, error);
      else await store.putBack(id, owner, backoffMs(attemptNumber), reasonOf(error));
      return;
    } finally {
      clearInterval(renewal);
    }
    await store.finish(id, owner, null, keepMs);
  }

  private async bury(message: TakenMessage, owner: string, error: unknown): Promise<void> {
    const { store, keepMs = 24 * 3_600_000, onDead = (_, cause) => this.report(cause) } = this.options;
    if (await store.finish(message.id, owner, reasonOf(error), keepMs)) onDead(message, error);
  }

  private readonly report = (error: unknown): void => {
    const { onError = console.error } = this.options;
    onError(error);
  };
}

function webhookOf({ id, type, headers, body, order }: TakenMessage): Webhook {
  const payload: unknown = JSON.parse(new TextDecoder().decode(body));
  return { id, type, headers, body, payload, sequence: order?.sequence ?? null };
}

function doubling(attemptNumber: number): number {
  return Math.min(1_000 * 2 ** (attemptNumber - 1), 3_600_000) * (1 + Math.random() / 4);
}

function reasonOf(error: unknown): string {
  return String(error).slice(0, maxReasonLength) || 'it failed';
}
