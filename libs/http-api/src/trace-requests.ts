import { passedOn } from '@postel/contracts';
import type { SpanStart, Tracing, WorkSpan } from '@postel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** While tracing is on, of what the guard has let in. */
    span?: WorkSpan;
  }
}

/**
 * A span for each request that somebody with a credential makes, and for each webhook that comes in. Register after the
 * guard: whoever is refused there fills no collector. By hand, because the instrumentation of Node's HTTP server costs as
 * much as the rest of a request (measured).
 */
export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  fastify.addHook('onRequest', (request, reply, next) => {
    const start = startOf(request);
    if (start) request.span = tracing.begin({ ...start, startedAtMs: Date.now() - reply.elapsedTime });
    next();
  });
  fastify.addHook('onResponse', (request, reply, next) => {
    if (request.span) end(request.span, request, reply);
    next();
  });
}

/** Where what a request asks for belongs: to its span, or without tracing to the trace of whoever sent it. */
export function traceparentFrom(request: FastifyRequest): string | undefined {
  return request.span?.traceparent ?? passedOn(request.headers['traceparent']);
}

function startOf({ method, routeOptions, headers }: FastifyRequest): SpanStart | null {
  const isPublic = routeOptions.config.public === true;
  // documents and health checks
  if (isPublic && method !== 'POST') return null;
  const sent = passedOn(headers['traceparent']);
  const { url: route } = routeOptions;
  return {
    name: route === undefined ? method : `${method} ${route}`,
    kind: 'server',
    // a stranger may say where it comes from, but not that we record it
    ...(isPublic ? { link: sent } : { parent: sent }),
  };
}

function end(span: WorkSpan, request: FastifyRequest, reply: FastifyReply): void {
  if (!span.isRecorded) return span.end();
  const { statusCode } = reply;
  span.end({
    attributes: {
      'http.request.method': request.method,
      'http.route': request.routeOptions.url,
      'http.response.status_code': statusCode,
      'url.path': request.url.split('?', 1)[0],
      'url.scheme': request.protocol,
      'postel.tenant': request.principal?.tenant,
    },
    error: statusCode >= 500 ? String(statusCode) : undefined,
  });
}
