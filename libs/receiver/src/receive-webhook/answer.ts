import { WebhookError } from '../webhook-error.js';

/** What the sender is answered, for any framework to write. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param content JSON; nothing gives `{"received":true}` */
export function answerOf(status: number, content: unknown): Answer {
  const headers = { 'content-type': 'application/json' };
  if (!(content instanceof WebhookError))
    return { status, headers, body: JSON.stringify(content ?? { received: true }) };
  const { code, message, retryAfterSec } = content;
  return {
    status,
    headers: {
      ...headers,
      ...(retryAfterSec === null ? {} : { 'retry-after': String(retryAfterSec) }),
      // the rest of such a body is not read
      ...(code === 'BODY_TOO_LARGE' ? { connection: 'close' } : {}),
    },
    body: JSON.stringify({ code, message }),
  };
}
