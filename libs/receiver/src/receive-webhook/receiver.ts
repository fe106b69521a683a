import { handleOnce, type OnceOptions } from '../handle-once/handle-once.js';
import { rawBody } from '../verify-request/raw-body.js';
import type { RawRequest, Verifier } from '../verify-request/verifier.js';
import { WebhookError } from '../webhook-error.js';
import { answerOf, type Answer } from './answer.js';
import { challengeIn, readWebhook, type Webhook } from './webhook.js';

/** Does the work. What it returns, as JSON, is the body of the answer; what it throws makes the sender come again. */
export type WebhookHandler = (webhook: Webhook) => unknown;

export interface ReceiverOptions {
  readonly verifier: Verifier;
  readonly handle: WebhookHandler;
  /** Then the handler runs once for all requests with the same id. */
  readonly idempotency?: Omit<OnceOptions, 'onError'>;
  /** Larger bodies are refused unread with 413; 1 MiB when not given. */
  readonly maxBodyBytes?: number;
  /** Told of what the sender is not told: what a handler threw, and a store that failed. `console.error` when not given. */
  readonly onError?: (error: unknown) => void;
}

/** Verify, understand, handle once, answer: what every adapter does with the bytes of a request. */
export class Receiver {
  readonly maxBodyBytes: number;

  constructor(private readonly options: ReceiverOptions) {
    this.maxBodyBytes = options.maxBodyBytes ?? 1024 * 1024;
  }

  /** Never rejects for what a sender did. A TypeError says that the application parsed the body before. */
  async receive(request: RawRequest): Promise<Answer> {
    rawBody(request.body);
    try {
      return answerOf(200, await this.handle(this.verified(request)));
    } catch (error) {
      return this.refused(error);
    }
  }

  /** Verified and understood, and not handled. Throws a {@link WebhookError}. */
  verified(request: RawRequest): Webhook {
    const { verifier } = this.options;
    const encoding = Object.entries(request.headers).find(([name]) => /^content-encoding$/i.test(name))?.[1];
    // never inflated: it is the bytes that came that are signed, and a small body may hide a huge one
    if (encoding !== undefined && encoding !== 'identity')
      throw new WebhookError('UNSUPPORTED_ENCODING', 'the body must come without content-encoding');
    if (request.body.byteLength > this.maxBodyBytes) throw tooLarge(this.maxBodyBytes);
    verifier.verify(request);
    return readWebhook(request, verifier.scheme);
  }

  /** Throws a {@link WebhookError} when it could not be handled, or is being handled elsewhere. */
  async handle(webhook: Webhook): Promise<unknown> {
    const { handle, idempotency, verifier } = this.options;
    const challenge = challengeIn(verifier.scheme, webhook);
    if (challenge !== undefined) return { challenge };
    const run = () => handle(webhook);
    try {
      if (!idempotency) return await run();
      const once = await handleOnce(webhook.id, run, { ...idempotency, onError: this.report });
      if (once.kind !== 'busy') return once.result;
      throw new WebhookError('IN_PROGRESS', 'the same webhook is being handled', once.retryAfterSec);
    } catch (error) {
      throw this.told(error);
    }
  }

  /** What a request is answered that was refused, or whose body could not be read. */
  refused(error: unknown): Answer {
    const told = this.told(error);
    return answerOf(told.statusCode, told);
  }

  private told(error: unknown): WebhookError {
    if (error instanceof WebhookError) return error;
    this.report(error);
    return new WebhookError('HANDLER_FAILED', 'the webhook could not be handled', null, { cause: error });
  }

  private readonly report = (error: unknown): void => {
    const { onError = console.error } = this.options;
    onError(error);
  };
}

export function tooLarge(maxBodyBytes: number): WebhookError {
  return new WebhookError('BODY_TOO_LARGE', `the body is larger than ${maxBodyBytes} bytes`);
}
