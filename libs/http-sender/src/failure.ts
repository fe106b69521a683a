import type { AttemptError } from '@postel/contracts';

/** Stable: they are stored with attempts and counted in statistics. */
export const sendErrorCodes = [
  'timeout',
  'dns_failed',
  'url_not_allowed',
  'connection_refused',
  'connect_failed',
  'tls_failed',
  /** The operator's proxy could not be reached, or did not make the connection. */
  'proxy_failed',
  'connection_reset',
  'invalid_response',
  'headers_too_large',
  /** The request itself could not be written: a header that HTTP does not allow. */
  'invalid_request',
  'network_error',
] as const;
export type SendErrorCode = (typeof sendErrorCodes)[number];

export interface SendError extends AttemptError {
  readonly code: SendErrorCode;
}

export function sendError(code: SendErrorCode, message: string): SendError {
  return { code, message };
}

/**
 * Carries a {@link SendError} through undici, which passes errors on as they are. It has no stack: nobody reads it, but
 * Node looks at that of every error a socket is destroyed with, and formats it by the source maps for that (half of the
 * work of ending an attempt that times out).
 */
export class SendFailure extends Error {
  constructor(readonly sendError: SendError) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(sendError.message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const tlsProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain ends in an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate was issued by an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate chain is incomplete',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the receiver does not speak TLS 1.2 or newer',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the receiver does not speak TLS 1.2 or newer',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the receiver wants a client certificate',
  INVALID_PURPOSE: 'the certificate is not one of a server',
  CERT_SIGNATURE_FAILURE: 'a signature in the certificate chain is wrong',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the receiver does not speak TLS on this port',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 'the receiver does not speak HTTP/1.1',
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'the receiver does not know the name',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': 'the receiver refused the handshake',
  ERR_SSL_EXCESSIVE_MESSAGE_SIZE: 'the certificate chain exceeds 100 KiB',
  ECONNRESET: 'the connection was closed during the handshake',
};

/** Names what went wrong in the handshake. */
export function tlsFailure(error: Error): SendError {
  return namedTlsFailure(error, 'the handshake failed');
}

/** Names what OpenSSL says after the handshake: what the receiver made of it, in TLS 1.3, or of the connection. */
export function laterTlsFailure(error: Error): SendError {
  return namedTlsFailure(error, 'the connection broke off');
}

function namedTlsFailure(error: Error, otherwise: string): SendError {
  const code = codeOf(error);
  // Node's name for all that OpenSSL has against a certificate beyond what Node knows: a weak key.
  const unnamed =
    code === 'UNSPECIFIED' ? `the certificate was refused: ${error.message}` : `${otherwise} (${code})`;
  return sendError('tls_failed', `TLS: ${tlsProblems[code] ?? unnamed}`);
}

/** Names what went wrong before there was a connection. */
export function connectFailure(error: Error): SendError {
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
      return sendError('connection_refused', 'the connection was refused');
    case 'ETIMEDOUT':
      return sendError('connect_failed', 'no answer to the connection request');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return sendError('connect_failed', `the address cannot be reached (${code})`);
    default:
      return sendError('connect_failed', `the connection could not be made (${code})`);
  }
}

/** Names what went wrong between us and the proxy. Nothing of its URL is told, which may hold a password. */
export function proxyFailure(error: Error): SendError {
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
      return sendError('proxy_failed', 'the proxy: its port refused the connection');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return sendError('proxy_failed', 'the proxy: its name could not be resolved');
    case 'ECONNRESET':
      return sendError('proxy_failed', 'the proxy: it closed the connection instead of answering');
    default:
      return sendError('proxy_failed', `the proxy: ${tlsProblems[code] ?? `it cannot be reached (${code})`}`);
  }
}

/** Names what went wrong on a connection: undici's errors and the socket's. */
export function exchangeFailure(error: Error): SendError {
  if (error instanceof SendFailure) return error.sendError;
  const code = codeOf(error);
  switch (code) {
    // The name: undici 8.12.4 gives its parser's errors no code.
    case 'HTTPParserError':
      return sendError('invalid_response', 'the answer is not HTTP/1.1');
    // What undici asserts of answers that its parser let through: a status below 100.
    case 'ERR_ASSERTION':
      return sendError('invalid_response', 'the answer is not HTTP/1.1');
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return sendError('invalid_response', 'the body is not as long as content-length says');
    case 'UND_ERR_SOCKET':
      // undici's word for a 101 that nobody asked for.
      return error.message.startsWith('bad ')
        ? sendError('invalid_response', 'the answer does not fit the request')
        : sendError('connection_reset', 'the connection was closed before the answer was complete');
    case 'ECONNRESET':
    case 'EPIPE':
      return sendError('connection_reset', 'the connection was reset');
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
      return sendError('invalid_request', `the request cannot be sent: ${error.message}`);
    default:
      return sendError('network_error', `the exchange failed (${code})`);
  }
}

/** Whether undici closed a connection for an answer that no request is there for. */
export function isUnaskedAnswer(error: Error): boolean {
  return codeOf(error) === 'UND_ERR_SOCKET' && error.message === 'bad response';
}

/** Whether it came from the socket, and not from the request or from undici. */
export function isConnectionFailure(error: Error): boolean {
  return 'syscall' in error;
}

/** Whether OpenSSL speaks, on a connection that had its handshake. */
export function isTlsFailure(error: Error): boolean {
  return codeOf(error).startsWith('ERR_SSL_');
}

function codeOf(error: Error): string {
  if (error.name === 'HTTPParserError') return error.name;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
