/**
 * Why a publish was not confirmed.
 * - `full`: the broker refuses more (a limit, no space). Nothing was stored.
 * - `conflict`: the expected last sequence was another. Nothing was stored.
 * - `refused`: this message cannot be stored (too large, a bad header). Nothing was stored.
 * - `no_stream`: no stream takes this subject. Nothing was stored.
 * - `unavailable`: no answer. It may or may not be stored; a message id makes a repetition safe.
 */
export type PublishErrorKind = 'full' | 'conflict' | 'refused' | 'no_stream' | 'unavailable';

export class PublishError extends Error {
  override name = 'PublishError';
  constructor(
    readonly kind: PublishErrorKind,
    message: string,
    readonly brokerCode?: number,
  ) {
    super(message);
  }
}

/** Codes of nats-server's errors.json. */
export const brokerCodes = {
  wrongLastSequence: [10071, 10164],
  messageTooLarge: 10054,
  noMessageFound: 10037,
  streamNotFound: 10059,
  headersTooLarge: 10097,
  duplicateInBatch: 10201,
  /** The leader changed in the middle of it. */
  incompleteBatch: 10176,
  /** With replicas: the first message of this id is not stored yet, and may never be, where the leader changed. */
  idInProcess: 10158,
  tooManyBatches: [10210, 10211],
  unsupportedBatchHeader: 10177,
} as const;

export interface BrokerReply {
  readonly stream?: string;
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly batch?: string;
  readonly count?: number;
  readonly error?: { readonly code: number; readonly err_code?: number; readonly description?: string };
}

export function publishErrorOf(error: NonNullable<BrokerReply['error']>): PublishError {
  const code = error.err_code ?? 0;
  const message = error.description ?? `broker error ${error.code}`;
  if (brokerCodes.wrongLastSequence.some((known) => known === code))
    return new PublishError('conflict', message, code);
  if (code === brokerCodes.messageTooLarge || code === brokerCodes.headersTooLarge) {
    return new PublishError('refused', message, code);
  }
  if (code === brokerCodes.streamNotFound) return new PublishError('no_stream', message, code);
  // 503 insufficient resources, 400 "maximum bytes exceeded" and the like: all mean "not now"
  if (error.code >= 500 || /maximum|insufficient|resource|exceed|space/i.test(message)) {
    return new PublishError('full', message, code);
  }
  if (code === brokerCodes.incompleteBatch || code === brokerCodes.idInProcess)
    return new PublishError('unavailable', message, code);
  return new PublishError('refused', message, code);
}

/** What a publish failed with: whatever is not said otherwise means that there was no answer. */
export function asPublishError(error: unknown): PublishError {
  return error instanceof PublishError ? error : new PublishError('unavailable', String(error));
}

/** The client's errors that mean "not now": no answer, nobody to answer, no connection. */
const passingErrors: ReadonlySet<string> = new Set([
  'TimeoutError',
  'NoResponders',
  'RequestError',
  'ConnectionError',
  'ClosedConnectionError',
  'DrainingConnectionError',
  'JetStreamNotEnabled',
  // its disk is another, or somebody deleted it: whoever asks can wait until it is there again
  'StreamNotFoundError',
  'ConfigNotReached',
]);

/** Whether an error means that the broker cannot answer now, and may in a moment. */
export function isBrokerUnavailable(error: unknown): boolean {
  if (error instanceof PublishError) return error.kind !== 'refused' && error.kind !== 'conflict';
  if (!(error instanceof Error)) return false;
  const status = 'code' in error && typeof error.code === 'number' ? error.code : 0;
  return passingErrors.has(error.name) || (error.name === 'JetStreamApiError' && status >= 500);
}
