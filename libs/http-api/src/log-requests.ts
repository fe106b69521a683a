import { componentLogger, Tally, traceFields, type Logger } from '@postel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It carries the load: its requests are counted, and told one by one at `debug` alone. */
    counted?: boolean;
  }
  interface FastifyReply {
    /** Of the problem that it tells, if it tells one. */
    problemCode: string | null;
  }
}

export interface LogRequestsOptions {
  readonly logger: Logger;
  /** Whether callers come to this service themselves; what another service forwards has had its line there. */
  readonly isFrontDoor: boolean;
}

const healthRoutes = new Set(['/healthz', '/readyz']);

/**
 * One line for each request: its route, never its URL, which may hold what is nobody's business.
 *
 * At `info` what people and their programs ask of the API. At `debug` what comes by the thousand: events and inbound
 * webhooks (a line each would cost a good part of what accepting one does), health checks, and what ingest forwarded. For
 * those that are counted a line a minute says how many there were of each status.
 */
export function logRequests(fastify: FastifyInstance, { logger, isFrontDoor }: LogRequestsOptions): void {
  const http = componentLogger(logger, 'http');
  const tally = new Tally({ logger: http, message: 'requests that publish' });
  const everyday = isFrontDoor ? 'info' : 'debug';
  fastify.decorateReply('problemCode', null);
  fastify.addHook('onResponse', (request, reply, next) => {
    const { config, url } = request.routeOptions;
    const counted = config.counted === true;
    if (counted) tally.count(String(reply.statusCode), reply.elapsedTime);
    const quiet = counted || healthRoutes.has(url ?? '');
    const level = levelFor(reply.statusCode, quiet, quiet ? 'debug' : everyday);
    if (http.isLevelEnabled(level)) http[level](lineOf(request, reply), 'request');
    next();
  });
  fastify.addHook('onClose', (_instance, done) => {
    tally.tell();
    done();
  });
}

/** A bug is told always. What is not to be had for now is told by whoever lacks it, not once for each request. */
function levelFor<Level extends string>(status: number, quiet: boolean, everyday: Level) {
  if (status === 500) return 'error';
  return status > 500 && !quiet ? 'warn' : everyday;
}

function lineOf(request: FastifyRequest, reply: FastifyReply): object {
  const { headers, principal, routeOptions } = request;
  return {
    requestId: request.id,
    method: request.method,
    route: routeOptions.url ?? null,
    status: reply.statusCode,
    code: reply.problemCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    tenant: principal?.tenant ?? null,
    actor: principal?.actor ?? null,
    requestBytes: bytesOf(headers['content-length']),
    responseBytes: bytesOf(reply.getHeader('content-length')),
    ...traceFields(request.span, headers['traceparent']),
  };
}

/** `null` where nobody said how many. */
function bytesOf(contentLength: unknown): number | null {
  return contentLength === undefined ? null : Number(contentLength);
}
