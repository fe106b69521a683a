import { RefusalError } from '@postel/http-api';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const keyForm = /^[\x20-\x7e]{1,255}$/;

/** @returns `null` when the request has none @throws {RefusalError} 400, when it has two or one that cannot be a key */
export function idempotencyKeyOf(request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): string | null {
  if (request.headers['idempotency-key'] === undefined) return null;
  // of two that are the same header, node makes one text
  const { rawHeaders } = request;
  const [key = '', ...more] = rawHeaders.filter(
    (_value, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'idempotency-key',
  );
  if (more.length === 0 && keyForm.test(key)) return key;
  const message = 'one key of 1 to 255 printable ASCII characters';
  throw new RefusalError({
    code: 'malformed_request',
    errors: [{ path: 'idempotency-key', code: 'invalid_value', message }],
  });
}

export interface RequestIdentity {
  /** The kind of credential: who builds the platform and its customers do not get in each other's way. */
  readonly who: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly key: string;
}

/** Names what is remembered of a key, within its tenant: the same key on another route is another request. */
export function hashOfRequest({ who, method, path, key }: RequestIdentity): string {
  return sha256(JSON.stringify([who, method, path, key]));
}

/** Equal for equal requests: the query, and the body as the route sees it. */
export function fingerprintOf(query: string, body: string | Uint8Array): string {
  return createHash('sha256').update(`${query}\n`).update(body).digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
