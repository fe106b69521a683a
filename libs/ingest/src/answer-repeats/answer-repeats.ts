import { routes, takesIdempotencyKey } from '@postel/contracts';
import { principalOf, RefusalError, refuse } from '@postel/http-api';
import type { Logger } from '@postel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Readable } from 'node:stream';
import { fingerprintOf, hashOfRequest, idempotencyKeyOf } from './idempotency-key.js';
import type { Claim, KeptAnswers } from './kept-answers.js';
import { isFinal, type KeptAnswer } from './remembered.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Held from the first step of the work to its answer. */
    idempotencyClaim: Claim | null;
  }
}

/** Larger than what any of these routes takes or answers; an answer beyond it is given once, and not kept. */
const maxBytes = 1024 * 1024;

const urls: ReadonlySet<string> = new Set(
  routes.filter(takesIdempotencyKey).map(({ path }) => path.replace(/\{(\w+)\}/g, ':$1')),
);

export interface AnswerRepeatsParts {
  readonly kept: Pick<KeptAnswers, 'claim' | 'keep' | 'release'>;
  readonly logger: Logger;
}

/**
 * `Idempotency-Key` on every route that takes one, Nest's, our own and those that are passed on alike: two hooks around
 * the handler, after the guard. Register before the routes. Requests of other routes never meet it.
 */
export function answerRepeats(fastify: FastifyInstance, parts: AnswerRepeatsParts): void {
  fastify.decorateRequest('idempotencyClaim', null);
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (![route.method].flat().includes('POST') || !urls.has(route.url)) return;
    route.preHandler = [
      ...[route.preHandler ?? []].flat(),
      (request: FastifyRequest, reply: FastifyReply) => claimOrAnswer(request, reply, parts),
    ];
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      (request: FastifyRequest, reply: FastifyReply, payload: unknown) =>
        keepAnswer(request, reply, payload, parts),
    ];
  });
}

async function claimOrAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { kept }: AnswerRepeatsParts,
): Promise<FastifyReply | undefined> {
  const key = idempotencyKeyOf(request.raw);
  if (key === null) return undefined;
  const body = await bodyOf(request);
  // nested so deeply that no schema of ours takes it: the route says so
  if (body === null) return undefined;
  const { tenant, kind: who } = principalOf(request);
  const [path = '', query = ''] = request.url.split('?', 2);
  const claiming = await kept.claim({
    tenant,
    hash: hashOfRequest({ who, method: request.method, path, key }),
    fingerprint: fingerprintOf(query, body),
  });
  switch (claiming.kind) {
    case 'claimed':
      request.idempotencyClaim = claiming.claim;
      return undefined;
    case 'answered':
      return sendAgain(reply, claiming.answer);
    case 'conflict':
      return refuse(
        'idempotency_conflict',
        'A key stands for one request and its repetitions, for 24 hours.',
      );
    case 'in-progress':
      throw new RefusalError({ code: 'idempotency_in_progress' }, claiming.retryAfterSec);
  }
}

function sendAgain(reply: FastifyReply, { status, contentType, body }: KeptAnswer): FastifyReply {
  if (contentType !== null) void reply.header('content-type', contentType);
  return reply.code(status).header('idempotent-replayed', 'true').send(body);
}

/** The body as the route sees it; one that is passed on as it comes is read to its end here. */
async function bodyOf(request: FastifyRequest): Promise<string | Uint8Array | null> {
  const { body, raw } = request;
  if (body instanceof Readable) {
    const bytes = await readAll(body, () => refuse('payload_too_large'));
    // as a stream again: bytes that say they are JSON would be taken for a value to be serialised
    request.body = bytes.length === 0 ? undefined : Readable.from([bytes]);
    return bytes;
  }
  // read to its end, so that a client that goes away now does not undo what is done
  raw.resume();
  if (body === undefined || body === null) return '';
  if (body instanceof Uint8Array) return body;
  try {
    return JSON.stringify(body);
  } catch {
    return null;
  }
}

async function keepAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  { kept, logger }: AnswerRepeatsParts,
): Promise<unknown> {
  const claim = request.idempotencyClaim;
  if (!claim) return payload;
  request.idempotencyClaim = null;
  const sent = payload instanceof Readable ? await readAll(payload) : payload;
  if (payload instanceof Readable) void reply.removeHeader('transfer-encoding');
  const type = reply.getHeader('content-type');
  const answer: KeptAnswer = {
    status: reply.statusCode,
    contentType: type === undefined ? null : String(type),
    body: sent instanceof Uint8Array ? Buffer.from(sent).toString() : typeof sent === 'string' ? sent : '',
  };
  try {
    const isKept = isFinal(answer) && Buffer.byteLength(answer.body) <= maxBytes;
    if (isKept) await kept.keep(claim, answer);
    else await kept.release(claim);
  } catch (error) {
    // what was done is told; the key stays claimed until its lease ends
    logger.warn({ err: error, requestId: request.id }, 'the answer to an idempotency key is not kept');
  }
  return sent;
}

async function readAll(stream: Readable, tooLarge?: () => never): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) tooLarge?.();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
