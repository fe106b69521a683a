import type { ApiVersion } from './api-version.js';

/** The place of a delivery among those of its endpoint and ordering key. */
export interface DeliveryOrdering {
  readonly key: string;
  /** Gapless from 1 (`webhook-sequence`); absent until it was given one. */
  readonly sequence?: number;
}

/**
 * What travels with the body of a delivery through the stream DELIVERIES. Short-lived: it holds no more than the
 * attempt needs.
 */
export interface DeliveryMeta {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly tenant: string;
  readonly eventId: string;
  /** Position of the event in EVENTS. */
  readonly eventSeq: number;
  readonly type: string;
  readonly acceptedAtMs: number;
  /** Passages through DELIVERIES, from 1; `Nats-Msg-Id` is delivery and hop. */
  readonly hop: number;
  /** Attempts already made, over the whole life of the delivery. */
  readonly attemptsMade: number;
  /** Attempts made before it was last reopened: the retry policy counts from here. */
  readonly attemptsBeforeReopen: number;
  readonly apiVersion: ApiVersion;
  /** What the dispatcher knew of CONFIG: an endpoint that is missing at or after this position is really gone. */
  readonly configSequence?: number;
  /** W3C Trace Context of what its attempts belong to: the fan-out, or without tracing the producer. */
  readonly traceparent?: string;
  /** The same of the attempt before, where that is recorded: the next one links to it. */
  readonly formerAttempt?: string;
  readonly ordering?: DeliveryOrdering;
  /** Someone sent it to this one endpoint, to see what comes of it: it is tried whatever the circuit says. */
  readonly isByHand?: true;
  /** Its age counts from here, not from the acceptance. */
  readonly reopenedAtMs?: number;
}

/** The broker drops a second message of the same delivery and hop as a duplicate. */
export function deliveryMessageId(meta: Pick<DeliveryMeta, 'deliveryId' | 'hop'>): string {
  return `${meta.deliveryId}:${meta.hop}`;
}

/** Before the {@link DeliveryMeta}: no JSON begins with it, so the format of 0.1.0 (a bare body) is told apart. */
const mark = 0x01;
const lineFeed = 0x0a;

/**
 * A message of DELIVERIES: the meta as one line of JSON, then the body, byte for byte. Not as a header: those are what
 * costs most in a NATS client.
 */
export function encodeDelivery(meta: DeliveryMeta, body: Uint8Array): Uint8Array {
  const line = `\x01${JSON.stringify(meta)}\n`;
  const lineBytes = Buffer.byteLength(line);
  const bytes = Buffer.allocUnsafe(lineBytes + body.length);
  bytes.write(line);
  bytes.set(body, lineBytes);
  return bytes;
}

export interface DecodedDelivery {
  readonly meta: DeliveryMeta;
  /** A view of the message, not a copy. */
  readonly body: Uint8Array;
}

/** @param metaHeader of a message of 0.1.0 @returns `null` when it is no delivery of ours */
export function decodeDelivery(
  payload: Uint8Array,
  metaHeader: () => string | undefined,
): DecodedDelivery | null {
  const isLine = payload[0] === mark;
  const end = isLine ? payload.indexOf(lineFeed) : 0;
  if (end < 0) return null;
  const text = isLine
    ? Buffer.from(payload.buffer, payload.byteOffset, end).toString('utf8', 1)
    : metaHeader();
  if (text === undefined) return null;
  try {
    return { meta: JSON.parse(text) as DeliveryMeta, body: isLine ? payload.subarray(end + 1) : payload };
  } catch {
    return null;
  }
}
