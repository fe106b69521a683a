import type { FastifyReply, FastifyRequest } from 'fastify';

/** An API has nothing to show in a browser: whatever a page makes of an answer, it may load, frame and keep nothing. */
const always = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** A route that shows a page sets a policy of its own afterwards. */
export function addSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(always);
  // over plain HTTP a browser ignores it (RFC 6797, 7.2), and a proxy that does not speak TLS should not promise it
  if (cameOverTls(request)) void reply.header('strict-transport-security', 'max-age=31536000');
}

function cameOverTls(request: FastifyRequest): boolean {
  const forwarded = request.headers['x-forwarded-proto'];
  return request.protocol === 'https' || (typeof forwarded === 'string' && /^https\b/i.test(forwarded));
}
