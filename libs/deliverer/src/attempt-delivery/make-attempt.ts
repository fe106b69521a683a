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
    const attempt = recordAttempt(input, request, sent, parts.newAttemptId());
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
  { meta, endpoint }: AttemptInput,
  attemptNumber: number,
  body: Uint8Array,
  { keys, privateKeys, headers: kept }: AttemptSecrets,
  { nowMs, userAgent }: RequestParts,
): Record<string, string> {
  const atMs = nowMs();
  const headers = signHeaders({
    schemes: endpoint.signature.schemes,
    keys,
    privateKeys,
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
  const custom = endpoint.headers.clear ?? kept;
  for (const name in custom) headers[name] = custom[name] as string;
  return headers;
}

/** What is kept of a request that was made, whatever came of it. */
function recordAttempt(
  { meta, endpoint }: AttemptInput,
  request: SendRequest,
  result: SendResult,
  attemptId: string,
): Attempt {
  return {
    attemptId,
    number: meta.attemptsMade + 1,
    startedAtMs: result.startedAtMs,
    durationMs: result.durationMs,
    timing: result.timing,
    request: { url: request.url, headers: masked(request.headers, endpoint.headers.names) },
    ...(result.response ? { response: result.response } : {}),
    ...(result.error ? { error: result.error } : {}),
  };
}

/** Custom headers may be credentials of the receiver: their names are recorded, their values are not. */
function masked(
  sent: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (names.length === 0) return sent;
  const shown = { ...sent };
  for (const name of names) shown[name] = '***';
  return shown;
}
