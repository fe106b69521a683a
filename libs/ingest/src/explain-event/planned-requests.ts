import {
  currentApiVersion,
  type BuiltInVersion,
  type DeclaredVersion,
  type EndpointState,
  type EventTypeState,
  type Explanation,
  type RetryPolicy,
} from '@postel/contracts';
import { maxAttempts, versionFor, type AcceptedEvent } from '@postel/domain';
import { bodyForAttempt, convert, type TransformRunner } from '@postel/payload-versions';
import { generateKeyPair, generateSecret, privateKeyOf, signHeaders, signingKeyOf } from '@postel/signing';

export interface RequestContext {
  readonly tenant: string;
  readonly defaultRetry: RetryPolicy;
  readonly nowMs: number;
  readonly version: string;
  /** The event's type, as the catalogue has it. */
  readonly type: EventTypeState | null;
  readonly transforms: Pick<TransformRunner, 'run'>;
}

export type Planned = Pick<Explanation, 'request' | 'fails'>;
type Conversion = { readonly body: Uint8Array } | { readonly fails: NonNullable<Planned['fails']> };

const masked = '***';
/** Of no endpoint: a signature of it is never shown. */
const anyKey = signingKeyOf(generateSecret(new Uint8Array(32)));
const anyPrivateKey = privateKeyOf(generateKeyPair(new Uint8Array(32)).privateKey);

/** The first attempts at one event as they would go out, its body converted once a version. */
export class PlannedRequests {
  private readonly converted = new Map<BuiltInVersion | DeclaredVersion, Promise<Conversion>>();

  constructor(
    private readonly envelope: Uint8Array,
    private readonly context: RequestContext,
  ) {}

  async of(event: AcceptedEvent, endpoint: EndpointState): Promise<Planned> {
    const version = versionFor(this.context.type, endpoint.apiVersion);
    const made = await this.convertedTo(version);
    if ('fails' in made) return { request: null, fails: made.fails };
    const retryable = maxAttempts(endpoint.retry ?? this.context.defaultRetry) > 1;
    const builtIn = typeof version === 'string' ? version : currentApiVersion;
    const body = bodyForAttempt(made.body, builtIn, { attemptNumber: 1, retryable });
    const headers = this.headersOf(event, endpoint, body);
    return { request: { url: endpoint.url, headers, body: textOf(body) }, fails: null };
  }

  private convertedTo(version: BuiltInVersion | DeclaredVersion): Promise<Conversion> {
    let made = this.converted.get(version);
    if (!made) this.converted.set(version, (made = this.convert(version)));
    return made;
  }

  private async convert(version: BuiltInVersion | DeclaredVersion): Promise<Conversion> {
    if (typeof version === 'string') return { body: convert(this.envelope, version) };
    const { tenant, transforms } = this.context;
    const { transform } = version;
    const made = await transforms.run({ tenant, transform, event: textOf(this.envelope) });
    return made.ok
      ? { body: Buffer.from(made.body) }
      : { fails: { code: made.code, message: `The payload version ${version.name}: ${made.message}` } };
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

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
