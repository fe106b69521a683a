import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, type KeptBody } from '../read-body/read-body.js';
import { writeAnswer } from '../receive-webhook/write-answer.js';
import type { Receiver } from '../receive-webhook/receiver.js';

/**
 * A handler for one route of Express 4 and 5, or of node:http. It reads the body itself: `express.json()` must not run before
 * it, `express.raw()` may. A body that was parsed goes to `next` as a TypeError.
 */
export function expressWebhook(
  receiver: Receiver,
): (request: IncomingMessage, response: ServerResponse, next?: (error: unknown) => void) => void {
  return (request, response, next) => {
    answer(receiver, request, response).catch((error: unknown) => {
      if (next) next(error);
      else response.destroy();
    });
  };
}

async function answer(receiver: Receiver, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body: unknown;
  try {
    body = await bodyOf(request, request as KeptBody, receiver.maxBodyBytes);
  } catch (error) {
    return writeAnswer(response, receiver.refused(error));
  }
  writeAnswer(response, await receiver.receive({ headers: request.headers, body: body as Uint8Array }));
}
