import type { ApiVersion } from '@postel/contracts';
import { memberOf, topLevelMembers } from '@postel/domain';

/** What payload version 1.0 says about the attempt. */
export interface AttemptInBody {
  /** From 1. */
  readonly attemptNumber: number;
  /** Another attempt may follow. */
  readonly retryable: boolean;
}

/**
 * The body of one attempt. Only `1.0` differs from attempt to attempt:
 * `{ id, timestamp, event, version: "1.0", data, attempt, retryable }`, where `data` is the object itself as source text.
 * @param converted what {@link convert} made for this version
 */
export function bodyForAttempt(
  converted: Uint8Array,
  version: ApiVersion,
  attempt: AttemptInBody,
): Uint8Array {
  if (version !== '1.0') return converted;
  const envelope = Buffer.from(converted.buffer, converted.byteOffset, converted.byteLength).toString('utf8');
  const members = topLevelMembers(envelope);
  const object = memberOf(required(members.get('data'), 'data'), 'object');
  const createdSec = Number(required(members.get('created'), 'created'));
  const parts = [
    `"id":${required(members.get('id'), 'id')}`,
    `"timestamp":"${new Date(createdSec * 1_000).toISOString()}"`,
    `"event":${required(members.get('type'), 'type')}`,
    '"version":"1.0"',
    `"data":${required(object, 'data.object')}`,
    `"attempt":${attempt.attemptNumber}`,
    `"retryable":${attempt.retryable}`,
  ];
  return Buffer.from(`{${parts.join(',')}}`);
}

function required(text: string | undefined, path: string): string {
  if (text === undefined) throw new Error(`not a stored event: it has no ${path}`);
  return text;
}
