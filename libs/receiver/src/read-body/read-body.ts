import type { IncomingMessage } from 'node:http';
import { tooLarge } from '../receive-webhook/receiver.js';

/**
 * The bytes of a request that nobody has read yet. Throws a WebhookError with `BODY_TOO_LARGE` as soon as there are too many;
 * rejects when the sender breaks off.
 */
export async function readBody(request: IncomingMessage, maxBodyBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = Number(request.headers['content-length'] ?? 0);
  if (sizeBytes > maxBodyBytes) throw discarded(request, maxBodyBytes);
  sizeBytes = 0;
  // its events have been, and will not come again
  if (request.destroyed) throw new Error('the sender broke off');
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBodyBytes) return reject(discarded(request, maxBodyBytes));
      chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the sender broke off')));
  });
}

function discarded(request: IncomingMessage, maxBodyBytes: number): Error {
  request.removeAllListeners('data');
  // what still comes is thrown away, until the answer has closed the connection
  request.resume();
  return tooLarge(maxBodyBytes);
}

/** What a framework may have made of a body before we came. */
export interface KeptBody {
  readonly body?: unknown;
  readonly rawBody?: unknown;
}

/** A body that was kept raw, or the request read now; of one that was read before what was made of it, which is refused later. */
export function bodyOf(
  request: IncomingMessage,
  { body, rawBody }: KeptBody,
  maxBodyBytes: number,
): Promise<unknown> {
  if (rawBody instanceof Uint8Array) return Promise.resolve(rawBody);
  const wasRead = request.readableDidRead || request.readableEnded;
  return body instanceof Uint8Array || wasRead ? Promise.resolve(body) : readBody(request, maxBodyBytes);
}
