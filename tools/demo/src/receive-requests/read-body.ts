import type { IncomingMessage } from 'node:http';

/** Of a request's body no more than this is read. */
export const maxBodyBytes = 1024 * 1024;

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** The sender went away before the end: a timeout of its own, mostly. */
  | { readonly kind: 'cut-off' };

/** The bytes as they came: signatures are over these. Never throws. */
export async function readBody(request: IncomingMessage, maxBytes = maxBodyBytes): Promise<Body> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    // without destroyOnReturn the connection would be gone before it is told that this was too much
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) return { kind: 'too-large' };
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'cut-off' };
  }
  return { kind: 'whole', bytes: Buffer.concat(chunks) };
}
