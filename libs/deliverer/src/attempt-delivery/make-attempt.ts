import type { AttemptRecord, DeliveryMeta, EndpointState, RetryPolicy } from '@postel/contracts';
import { maxAttempts } from '@postel/domain';
import type { Sender, SendRequest, SendResult } from '@postel/http-sender';
import { bodyForAttempt } from '@postel/payload-versions';
import { signHeaders } from '@postel/signing';
import type { AttemptSecrets, SigningKeys } from './signing-keys.js';
import { endAttempt, type TracedHop } from './traced-hop.js';
import { traceparentOf } from './traceparent.js';

export interface RequestParts {
  readonly keys: SigningKeys;
  readonly sender: Sender;
  readonly userAgent: string;
  readonly newAttemptId: () => string;
  readonly nowMs: () => number;
}

export interface AttemptInput {
  readonly meta: DeliveryMeta;
  /** As DELIVERIES carries it. */
  readonly body: Uint8Array;
  readonly endpoint: EndpointState;
  readonly policy: RetryPolicy;
  /** While tracing is on. */
  readonly traced: TracedHop | undefined;
}

type Attempt = Omit<AttemptRecord, 'outcome'>;

/** Signs and sends one request. @throws only for a fault of ours */
export function makeAttempt(
  input: AttemptInput,
  secrets: AttemptSecrets,
  parts: RequestParts,
): Promise<Attempt> {
  const span = input.traced?.attempt();
  const request = signAttempt(input, secrets, parts, span?.traceparent);
  return parts.sender.send(request).then((sent) => {
    const { url, headers } = request;
    const shown = { url, headers: masked(headers, customHeaders(input, secrets)) };
    const attempt = recordAttempt(input.meta, shown, sent, parts.newAttemptId());
    if (span?.isRecorded) endAttempt(span, input.meta, request, attempt);
    return attempt;
  });
}

function signAttempt(
  input: AttemptInput,
  secrets: AttemptSecrets,
  parts: RequestParts,
  traceparent: string | undefined,
): SendRequest {
  const { meta, endpoint, policy } = input;
  const number = meta.attemptsMade + 1;
  const retryable = number - meta.attemptsBeforeReopen < maxAttempts(policy);
  const body = bodyForAttempt(input.body, meta.apiVersion, { attemptNumber: number, retryable });
  const headers = headersOf(input, number, body, secrets, parts);
  headers['traceparent'] = traceparent ?? meta.traceparent ?? traceparentOf(meta, number);
  return { url: endpoint.url, headers, body, timeoutMs: endpoint.timeoutMs };
}

function headersOf(
  input: AttemptInput,
  attemptNumber: number,
  body: Uint8Array,
  secrets: AttemptSecrets,
  { nowMs, userAgent }: RequestParts,
): Record<string, string> {
  const { meta, endpoint } = input;
  const atMs = nowMs();
  const headers = signHeaders({
    schemes: endpoint.signature.schemes,
    keys: secrets.keys,
    privateKeys: secrets.privateKeys,
    messageId: meta.eventId,
    deliveryId: meta.deliveryId,
    attemptNumber,
    timestampSec: Math.floor(atMs / 1_000),
    body,
  });
  headers['content-type'] = 'application/json';
  headers['user-agent'] = userAgent;
  const sequence = meta.ordering?.sequence;
  if (sequence !== undefined) headers['webhook-sequence'] = String(sequence);
  // none of them is a reserved name: that is checked when they are set
  const custom = customHeaders(input, secrets);
  for (const name in custom) headers[name] = custom[name] as string;
  return headers;
}

function customHeaders(
  { endpoint }: AttemptInput,
  { headers }: AttemptSecrets,
): Readonly<Record<string, string>> {
  return endpoint.headers.clear ?? headers;
}

/** What is kept of a request that was made, whatever came of it. */
function recordAttempt(
  meta: DeliveryMeta,
  request: AttemptRecord['request'],
  result: SendResult,
  attemptId: string,
): Attempt {
  return {
    attemptId,
    number: meta.attemptsMade + 1,
    startedAtMs: result.startedAtMs,
    durationMs: result.durationMs,
    timing: result.timing,
    request,
    ...(result.response ? { response: result.response } : {}),
    ...(result.error ? { error: result.error } : {}),
  };
}

/**
 * Custom headers may be credentials of the receiver: their names are recorded, their values are not. By the headers that
 * were sent, and not by the names that the endpoint tells: while they are changed these come later, or not at all.
 */
function masked(
  sent: Readonly<Record<string, string>>,
  custom: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  let shown: Record<string, string> | undefined;
  for (const name in custom) (shown ??= { ...sent })[name] = '***';
  return shown ?? sent;
}
