import type { Answer } from '../receive-webhook/answer.js';
import { tooLarge, type Receiver } from '../receive-webhook/receiver.js';

/** A handler of the Fetch API: for Hono, Bun, Deno, route handlers of Next.js, workers with node:crypto. */
export function fetchWebhook(receiver: Receiver): (request: Request) => Promise<Response> {
  return async (request) => {
    let answer: Answer;
    if (request.bodyUsed)
      throw new TypeError('the body was read before: a webhook is verified over its raw bytes');
    try {
      const body = await readStream(request, receiver.maxBodyBytes);
      answer = await receiver.receive({ headers: Object.fromEntries(request.headers), body });
    } catch (error) {
      answer = receiver.refused(error);
    }
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
}

async function readStream(request: Request, maxBodyBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const stream = request.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of stream ?? []) {
    sizeBytes += chunk.byteLength;
    // leaving the loop cancels the stream
    if (sizeBytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
