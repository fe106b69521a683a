import type { Logger } from '@postel/telemetry';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { v7 as uuid } from 'uuid';
import { sendProblem, type CodeOfError } from './answer-problem.js';

const acceptableRequestId = /^[A-Za-z0-9_.-]{1,128}$/;

/** Options of every API server of ours: bounded before anything is read. */
export function apiServerOptions(options: { bodyLimitBytes: number }): FastifyServerOptions {
  return {
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
    routerOptions: { maxParamLength: 128 },
    return503OnClosing: true,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && acceptableRequestId.test(given) ? given : uuid();
    },
  };
}

/** What every answer of ours has: its request id, problems for errors, one log line. Register before any route. */
export function prepareApi(fastify: FastifyInstance, logger: Logger, codeOf: CodeOfError): void {
  fastify.addHook('onRequest', (request, reply, next) => {
    void reply
      .header('x-request-id', request.id)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store');
    next();
  });
  fastify.addHook('onResponse', (request, reply, next) => {
    const level = reply.statusCode >= 500 ? 'error' : 'debug';
    logger[level](
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        tenant: request.principal?.tenant ?? null,
      },
      'request',
    );
    next();
  });
  fastify.setErrorHandler((error, request, reply) => sendProblem(reply, request, error, logger, codeOf));
}
