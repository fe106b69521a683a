import replyFrom from '@fastify/reply-from';
import { routes, type Route } from '@postel/contracts';
import { RefusalError, sendProblem } from '@postel/http-api';
import type { Logger } from '@postel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { IngestParts } from '../parts.js';
import { LiveAnswersPassedOn } from './live-answers-passed-on.js';
import { RefusedElsewhere, type RefusedElsewhereParts } from './refused-elsewhere.js';

/**
 * A kept connection may end with the process that it led to, while a request is on its way; and for a second or two a
 * balancer may still lead to one that is gone.
 */
const connectionFaults = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE']);
const maxTries = 8;
const tryAgainAfterMs = 250;

/**
 * ingest is the one public address: what metrics and dead-letter serve is passed on to them, route by route. The
 * request was authenticated here, and is again there, by the same credential.
 */
export function registerForwarding(
  fastify: FastifyInstance,
  parts: RefusedElsewhereParts & Pick<IngestParts, 'upstreams'>,
  bodyTimeoutMs = 30_000,
): void {
  const { logger, upstreams } = parts;
  const refused = new RefusedElsewhere(parts);
  const forwarded = routes.filter(({ service }) => service !== 'ingest');
  const ends = forwarded.filter(({ lines, messages }) => !lines && !messages);
  const exports = forwarded.filter(({ lines }) => lines);
  const live = forwarded.filter(({ messages }) => messages);
  void fastify.register(async (scope) => {
    await scope.register(replyFrom, { undici: { ...patience, connections, bodyTimeout: bodyTimeoutMs } });
    const pass: PassOn = (reply, stream, onFailure) => void sendWhole(reply, stream, onFailure);
    addRoutes(scope, ends, upstreams, { logger, refused, pass });
  });
  // each has a connection to itself; whoever serves them counts them
  void fastify.register(async (scope) => {
    await scope.register(replyFrom, {
      undici: { ...patience, connections: null, bodyTimeout: bodyTimeoutMs },
    });
    addRoutes(scope, exports, upstreams, {
      logger,
      refused,
      pass: (reply, stream) => void reply.send(stream),
    });
  });
  void fastify.register(async (scope) => {
    // they may have nothing to say for long
    await scope.register(replyFrom, { undici: { ...patience, connections: null, bodyTimeout: 0 } });
    const passedOn = new LiveAnswersPassedOn();
    scope.addHook('preClose', (done) => {
      passedOn.endAll();
      done();
    });
    addRoutes(scope, live, upstreams, {
      logger,
      refused,
      pass: (reply, stream) => passedOn.send(reply, stream),
    });
  });
}

/** Several times what one tenant may have under way. */
const connections = 256;

/** What a body is that does not say it (RFC 9110 section 8.3). */
const unsaid = 'application/octet-stream';

/** Headers that say what became of a request, which here is told otherwise. */
const ofTheAnswer = ['content-length', 'transfer-encoding', 'www-authenticate'];

const patience = { headersTimeout: 30_000 };

interface Forwarding {
  readonly logger: Logger;
  readonly refused: RefusedElsewhere;
  readonly pass: PassOn;
}

/** Gives the answer to the client. */
type PassOn = (reply: FastifyReply, answer: Readable, onFailure: () => void) => void;

function addRoutes(
  scope: FastifyInstance,
  table: readonly Route[],
  upstreams: IngestParts['upstreams'],
  forwarding: Forwarding,
): void {
  // the service that answers judges the body. It is read first: who sends it slowly has no connection to that service,
  // of which there are few
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const { method, path, service } of table) {
    if (service === 'ingest') continue;
    scope.route({
      method,
      url: path.replace(/\{(\w+)\}/g, ':$1'),
      handler: (request, reply) => forward(request, reply, { service, url: upstreams[service] }, forwarding),
    });
  }
}

function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  { service, url }: { readonly service: keyof IngestParts['upstreams']; readonly url: string },
  { logger, pass, refused }: Forwarding,
): FastifyReply {
  const { body, headers } = request;
  const { promise: answered, resolve: onAnswer } = Promise.withResolvers<void>();
  request.heldUntil = answered;
  const unavailable = () => {
    const detail = 'Reading is not possible right now; events are still accepted.';
    sendProblem(reply, request, new RefusalError({ code: 'upstream_unavailable', detail }, 2), logger);
  };
  const answer = async (stream: Readable) => {
    if (!(await refused.isOurFault(request, service, reply.statusCode)))
      return pass(reply, stream, unavailable);
    stream.resume();
    for (const name of ofTheAnswer) reply.removeHeader(name);
    unavailable();
  };
  return reply.from(`${url}${pathOf(request.url)}`, {
    ...(body instanceof Uint8Array ? { body, contentType: headers['content-type'] ?? unsaid } : {}),
    // a read, whose process may just have been replaced by another; what changes something may have been done
    retryDelay: ({ err, req, attempt }) =>
      (req.method === 'GET' || req.method === 'HEAD') &&
      attempt + 1 < maxTries &&
      connectionFaults.has((err as NodeJS.ErrnoException | null)?.code ?? '')
        ? tryAgainAfterMs
        : null,
    rewriteRequestHeaders: (_request, headers) => headersPassedOn(request, headers),
    // the last that is told in any case, also when the client has gone meanwhile
    rewriteHeaders: (headers) => {
      onAnswer();
      return headers;
    },
    onResponse: (_request, _reply, { stream }) =>
      void answer(stream).catch((error: unknown) => sendProblem(reply, request, error, logger)),
    onError: () => {
      onAnswer();
      unavailable();
    },
  });
}

/**
 * Reads all of it first, which is no more than a page: the connection that it came by is free for others however slowly
 * its client takes it.
 */
async function sendWhole(reply: FastifyReply, answer: Readable, onFailure: () => void): Promise<void> {
  const body = await buffer(answer).catch(() => null);
  reply.removeHeader('transfer-encoding');
  if (body) return void reply.send(body);
  reply.removeHeader('content-length');
  onFailure();
}

/**
 * Who asks and for which tenant goes on with the request that it was judged by, though its client may list both in
 * `connection`, as of this connection alone. `expect` is: the client has been told to continue (RFC 9110 section 10.1.1).
 */
function headersPassedOn(
  { headers: given, id, span }: FastifyRequest,
  { expect: _answered, ...headers }: IncomingHttpHeaders,
): IncomingHttpHeaders {
  const { authorization, 'postel-tenant': tenant } = given;
  return {
    ...headers,
    ...(authorization === undefined ? {} : { authorization }),
    ...(tenant === undefined ? {} : { 'postel-tenant': tenant }),
    'x-request-id': id,
    ...(span ? { traceparent: span.traceparent } : {}),
  };
}

/**
 * The path alone: the query is added as it came. What would pass both on decodes them first, and fails on a query that it
 * takes for a path that leads elsewhere. A client that speaks as to a proxy names the host too (RFC 9112 section 3.2.2).
 */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]*/i, '').split('?', 1)[0] ?? '';
}
