import type { Logger } from '@postel/telemetry';
import type { FastifyHttpOptions, FastifyInstance, FastifyRequest } from 'fastify';
import type { Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import { sendProblem, type CodeOfError } from './answer-problem.js';
import { rememberRoutes } from './known-routes.js';
import { endUnread } from './limit-requests/limit-answers.js';
import { logRequests } from './log-requests.js';
import { RefusalError } from './refusal-error.js';
import { addSecurityHeaders } from './security-headers.js';
import { answerUnreadable } from './unreadable-request.js';

const uncompressed = 'A body is not compressed: send it without content-encoding.';
const acceptableRequestId = /^[A-Za-z0-9_.-]{1,128}$/;

/**
 * Longer than balancers keep a connection that nobody uses (60 s): one that we end is not one on which they send.
 */
const idleEndsAfterMs = 75_000;
/**
 * What clients are told (`Keep-Alive: timeout`), most of which end an idle connection a little earlier than that. So they
 * have none left when a service that stops has served its grace, and ends those that are.
 */
const idleToldMs = 5_000;

export interface PrepareOptions {
  /** Whether callers come to this service themselves (`true`). */
  readonly isFrontDoor?: boolean;
  /** For a client that takes nothing of its answer (60 s); then its connection ends. */
  readonly unreadEndsAfterMs?: number;
}

/** Options of every API server of ours: bounded before anything is read. */
export function apiServerOptions(options: {
  bodyLimitBytes: number;
  logger: Logger;
}): FastifyHttpOptions<Server> {
  return {
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: 30_000,
    http: {
      // Node would answer itself, with nothing in it
      requireHostHeader: false,
      headersTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      keepAliveTimeoutBuffer: idleEndsAfterMs - idleToldMs,
    },
    keepAliveTimeout: idleToldMs,
    routerOptions: { maxParamLength: 128 },
    // while it closes, what still comes on a kept connection is served, and told to come back by another one
    return503OnClosing: false,
    // a path that cannot be read gets no hooks: what they would have done is done here
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-request-id', request.id);
      addSecurityHeaders(request, reply);
      sendProblem(reply, request, error, options.logger);
    },
    clientErrorHandler: answerUnreadable,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && acceptableRequestId.test(given) ? given : randomUUID();
    },
  };
}

/** What every answer of ours has: its request id, problems for errors, one log line. Register before any route. */
export function prepareApi(
  fastify: FastifyInstance,
  logger: Logger,
  codeOf: CodeOfError,
  { isFrontDoor = true, unreadEndsAfterMs = 60_000 }: PrepareOptions = {},
): void {
  // before any of its handlers: of what has a connection, and of requests that become no route's
  fastify.server.prependListener('request', (_request, response) => endUnread(response, unreadEndsAfterMs));
  rememberRoutes(fastify);
  logRequests(fastify, { logger, isFrontDoor });
  // JSON or nothing: fastify would hand text over as a string
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', (request, reply, next) => {
    void reply.header('x-request-id', request.id);
    addSecurityHeaders(request, reply);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      return next(
        new RefusalError({ code: 'malformed_request', detail: 'A request of HTTP/1.1 has a Host.' }),
      );
    // nothing is inflated: what a small body may become costs nothing
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
      return next(new RefusalError({ code: 'unsupported_media_type', detail: uncompressed }));
    // many clients name a type on a POST that has no body: such a request has nothing to be parsed
    const { headers } = request;
    const length = headers['content-length'] ?? '0';
    if (length === '0' && headers['transfer-encoding'] === undefined) delete headers['content-type'];
    next();
  });
  fastify.setNotFoundHandler((request, reply) => {
    sendProblem(reply, request, new RefusalError({ code: 'route_not_found' }), logger);
  });
  fastify.setErrorHandler(async (error, request, reply) => {
    if (reply.statusCode === 413 || tooLarge(error)) await readToTheEnd(request);
    sendProblem(reply, request, error, logger, codeOf);
    return reply;
  });
}

function tooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
}

/**
 * A client that is still sending when the connection closes sees a reset, and never the 413: what it has left is read
 * and thrown away first, within bounds.
 */
async function readToTheEnd({ raw }: FastifyRequest): Promise<void> {
  const maxBytes = 64 * 1024 * 1024;
  let sizeBytes = 0;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 2_000);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    raw.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) done();
    });
    raw.once('end', done).once('error', done).once('close', done);
    raw.resume();
    if (raw.complete || raw.destroyed) done();
  });
  raw.pause();
}
