import { HttpException } from '@nestjs/common';
import { errorCodes, problemOf, type ErrorCode, type Problem } from '@postel/contracts';
import { traceFields, type Logger } from '@postel/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RefusalError } from './refusal-error.js';

/** Fastify's own errors that a caller can cause, and what we call them. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_request',
  // of QUERY, which no route of ours takes
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'route_not_found',
  FST_ERR_NOT_FOUND: 'route_not_found',
};

/** What to do, where the title does not say it: `curl -d` sends a form unless it is told otherwise. */
const details: Partial<Readonly<Record<ErrorCode, string>>> = {
  unsupported_media_type: 'Send the body as JSON, with the header content-type: application/json.',
};

/** Errors of a database or another part, as the service that has it knows them. */
export type CodeOfError = (error: unknown) => ErrorCode | null;

/** Turns whatever was thrown into one problem. What nobody expected is logged here and told to nobody. */
export function problemFor(
  error: unknown,
  logger: Logger,
  codeOf: CodeOfError = () => null,
  request?: FastifyRequest,
): { problem: Problem; retryAfterSec?: number } {
  if (error instanceof RefusalError) {
    const retryAfterSec = error.retryAfterSec ?? (problemOf(error.refusal).status === 503 ? 1 : undefined);
    return { problem: problemOf(error.refusal), ...(retryAfterSec === undefined ? {} : { retryAfterSec }) };
  }
  // the client went away in the middle of its body: nobody hears the answer, and nothing is wrong here
  if (request?.raw.errored && error === request.raw.errored)
    return { problem: problemOf({ code: 'malformed_request' }) };
  const code = codeOf(error) ?? codeOfFault(error);
  if (code) {
    const detail = details[code];
    return {
      problem: problemOf({ code, ...(detail === undefined ? {} : { detail }) }),
      ...(errorCodes[code].status === 503 ? { retryAfterSec: 1 } : {}),
    };
  }
  const traced = traceFields(request?.span, request?.headers['traceparent']);
  logger.error({ err: error, requestId: request?.id, ...traced }, 'a request failed');
  return { problem: problemOf({ code: 'internal_error' }) };
}

/** Of an error that a caller can cause, and that is no refusal of ours. */
export function codeOfFault(error: unknown): ErrorCode | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string' && fastifyCodes[error.code])
    return fastifyCodes[error.code] ?? null;
  if (error instanceof SyntaxError && 'statusCode' in error && error.statusCode === 400)
    return 'malformed_json';
  const status = error instanceof HttpException ? error.getStatus() : null;
  if (status === 404) return 'route_not_found';
  if (status === 413) return 'payload_too_large';
  if (status === 415) return 'unsupported_media_type';
  if (status !== null && status >= 400 && status < 500) return 'malformed_request';
  return null;
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  error: unknown,
  logger: Logger,
  codeOf?: CodeOfError,
): void {
  const { problem: first, retryAfterSec } = problemFor(error, logger, codeOf, request);
  const methods = first.code === 'route_not_found' ? request.server.methodsAt(pathOf(request.url)) : [];
  // a path that only resembles that of a route is none, and its method is no fault
  const isOtherMethod = methods.length > 0 && !methods.includes(request.method);
  const problem = isOtherMethod ? problemOf({ code: 'method_not_allowed' }) : first;
  if (isOtherMethod) void reply.header('allow', methods.join(', '));
  if (retryAfterSec !== undefined) void reply.header('retry-after', String(retryAfterSec));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  reply.problemCode = problem.code;
  void reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify({ ...problem, requestId: request.id }));
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
