import type { AttemptRecord, DeliveryMeta, EndpointState, RetryPolicy } from '@postel/contracts';
import { maxAttempts } from '@postel/domain';
import type { Sender, SendResult } from '@postel/http-sender';
import { bodyForAttempt } from '@postel/payload-versions';
import { signHeaders } from '@postel/signing';
import type { AttemptSecrets, SigningKeys } from './signing-keys.js';
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
}

/** Signs and sends one request. Whatever a receiver does is in what comes back; a throw is a fault of ours. */
export async function makeAttempt(
  input: AttemptInput,
  parts: RequestParts,
): Promise<Omit<AttemptRecord, 'outcome'>> {
  const { meta, endpoint, policy } = input;
  const number = meta.attemptsMade + 1;
  const retryable = number - meta.attemptsBeforeReopen < maxAttempts(policy);
  const body = bodyForAttempt(input.body, meta.apiVersion, { attemptNumber: number, retryable });
  const opened = parts.keys.of(meta.tenant, meta.endpointId, parts.nowMs());
  // not `await` alone: that would cost every attempt a turn
  const secrets = opened instanceof Promise ? await opened : opened;
  const custom = endpoint.headers.clear ?? secrets.headers;
  const headers = headersOf(input, number, body, { ...secrets, headers: custom }, parts);
  const { url, timeoutMs } = endpoint;
  const result = await parts.sender.send({ url, headers, body, timeoutMs });
  return recordOf(number, endpoint, masked(headers, custom), result, parts.newAttemptId());
}

function headersOf(
  { meta, endpoint }: AttemptInput,
  attemptNumber: number,
  body: Uint8Array,
  { keys, privateKeys, headers: custom }: AttemptSecrets,
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
  headers['traceparent'] = meta.traceparent ?? traceparentOf(meta, attemptNumber);
  const sequence = meta.ordering?.sequence;
  if (sequence !== undefined) headers['webhook-sequence'] = String(sequence);
  // none of them is a reserved name: that is checked when they are set
  for (const name in custom) headers[name] = custom[name] as string;
  return headers;
}

function recordOf(
  number: number,
  endpoint: EndpointState,
  headers: Record<string, string>,
  result: SendResult,
  attemptId: string,
): Omit<AttemptRecord, 'outcome'> {
  return {
    attemptId,
    number,
    startedAtMs: result.startedAtMs,
    durationMs: result.durationMs,
    timing: result.timing,
    request: { url: endpoint.url, headers },
    ...(result.response ? { response: result.response } : {}),
    ...(result.error ? { error: result.error } : {}),
  };
}

/**
 * Custom headers may be credentials of the receiver: their names are recorded, their values are not. In place: the
 * request has been written.
 */
function masked(
  sent: Record<string, string>,
  custom: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const name in custom) sent[name] = '***';
  return sent;
}
