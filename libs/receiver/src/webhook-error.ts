import type { VerificationCode } from '@postel/signing';

/**
 * What may become of a request, with the status it is answered with. Whatever is not verified is 401: who cannot sign
 * learns no more. What is verified and cannot be read is 400; only the 5xx are worth another attempt of the sender.
 */
const statuses = {
  MISSING_HEADER: 401,
  INVALID_TIMESTAMP: 401,
  TIMESTAMP_EXPIRED: 401,
  TIMESTAMP_IN_FUTURE: 401,
  INVALID_SIGNATURE: 401,
  MALFORMED_BODY: 400,
  MALFORMED_ID: 400,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_ENCODING: 415,
  IN_PROGRESS: 503,
  HANDLER_FAILED: 500,
} as const satisfies Record<VerificationCode, number> & Record<string, number>;

export type WebhookErrorCode = keyof typeof statuses;

/** A request that is refused, or that could not be handled. Its message may be shown to the sender. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  /** Under the name that Express, Fastify and Nest look for. */
  readonly statusCode: number;

  constructor(
    readonly code: WebhookErrorCode,
    message: string,
    /** When the sender may come again, in seconds. */
    readonly retryAfterSec: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.statusCode = statuses[code];
  }
}
