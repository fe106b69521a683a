import type { ApiVersion, EndpointState, PlannedRequest, RetryPolicy } from '@postel/contracts';
import { maxAttempts, type AcceptedEvent } from '@postel/domain';
import { bodyForAttempt, convert } from '@postel/payload-versions';
import { generateKeyPair, generateSecret, privateKeyOf, signHeaders, signingKeyOf } from '@postel/signing';

export interface RequestContext {
  readonly defaultRetry: RetryPolicy;
  readonly nowMs: number;
  readonly version: string;
}

const masked = '***';
/** Of no endpoint: a signature of it is never shown. */
const anyKey = signingKeyOf(generateSecret(new Uint8Array(32)));
const anyPrivateKey = privateKeyOf(generateKeyPair(new Uint8Array(32)).privateKey);

/** The first attempts at one event as they would go out, its body converted once a version. */
export class PlannedRequests {
  private readonly converted = new Map<ApiVersion, Uint8Array>();

  constructor(
    private readonly envelope: Uint8Array,
    private readonly context: RequestContext,
  ) {}

  of(event: AcceptedEvent, endpoint: EndpointState): PlannedRequest {
    const retryable = maxAttempts(endpoint.retry ?? this.context.defaultRetry) > 1;
    const { apiVersion } = endpoint;
    const body = bodyForAttempt(this.convertedTo(apiVersion), apiVersion, { attemptNumber: 1, retryable });
    return {
      url: endpoint.url,
      headers: this.headersOf(event, endpoint, body),
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'),
    };
  }

  private convertedTo(version: ApiVersion): Uint8Array {
    let body = this.converted.get(version);
    if (!body) this.converted.set(version, (body = convert(this.envelope, version)));
    return body;
  }

  /** Those of an attempt (deliverer: attempt-delivery); a journey holds the two together. */
  private headersOf(event: AcceptedEvent, endpoint: EndpointState, body: Uint8Array): Record<string, string> {
    const { nowMs, version } = this.context;
    const headers = signHeaders({
      schemes: endpoint.signature.schemes,
      keys: [anyKey],
      privateKeys: [anyPrivateKey],
      messageId: event.id,
      deliveryId: '<delivery id>',
      attemptNumber: 1,
      timestampSec: Math.floor(nowMs / 1_000),
      body,
    });
    for (const name of ['webhook-signature', 'x-webhook-signature']) {
      if (name in headers) headers[name] = masked;
    }
    headers['content-type'] = 'application/json';
    headers['user-agent'] = `Postel/${version}`;
    headers['traceparent'] = '<trace context>';
    if (endpoint.ordering === 'key' && event.orderingKey !== undefined) {
      headers['webhook-sequence'] = '<number>';
    }
    for (const name of endpoint.headers.names) headers[name] = masked;
    return headers;
  }
}
