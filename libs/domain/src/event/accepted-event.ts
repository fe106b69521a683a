import { isUtf8 } from 'node:buffer';
import { currentApiVersion } from '@postel/contracts';
import { topLevelMembers } from './json-slices.js';

/** An event as both front doors understand it. */
export interface AcceptedEvent {
  readonly id: string;
  readonly type: string;
  /** Unix seconds. */
  readonly createdSec: number;
  readonly orderingKey?: string;
  readonly channels: readonly string[];
  /** The event in payload version 2024-01-01: the exact bytes that are stored and delivered. */
  readonly envelope: Uint8Array;
}

export interface EnvelopeParts {
  readonly id: string;
  readonly type: string;
  readonly createdSec: number;
  /** Source text of the `data` object. */
  readonly data: string;
  /** Source text of the `relatedObjects` object. */
  readonly relatedObjects?: string | undefined;
}

/** Composes the stored envelope from source text, so that nothing in `data` is serialised anew (contract: Event). */
export function composeEnvelope(parts: EnvelopeParts): string {
  const related = parts.relatedObjects === undefined ? '' : `,"relatedObjects":${parts.relatedObjects}`;
  // id and type were checked against alphabets without quotes and backslashes
  return `{"id":"${parts.id}","type":"${parts.type}","created":${parts.createdSec},"apiVersion":"${currentApiVersion}","data":${parts.data}${related}}`;
}

/** @returns `null` when the bytes are not UTF-8; a byte order mark is passed over, as RFC 8259 section 8.1 allows */
export function decodeUtf8(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/**
 * Whether two are the same event for whoever publishes it: type, `data` and `relatedObjects` are equal as source text, and
 * so is what decides whom it reaches and when.
 * @param compareCreated compare `created` too, for when the producer gave it; the moment of acceptance differs each time
 */
export function sameEvent(
  a: AcceptedEvent,
  b: AcceptedEvent,
  options: { compareCreated?: boolean } = {},
): boolean {
  if (a.orderingKey !== b.orderingKey || namesIn(a.channels) !== namesIn(b.channels)) return false;
  if (Buffer.compare(a.envelope, b.envelope) === 0) return true;
  const left = topLevelMembers(decodeUtf8(a.envelope) ?? '');
  const right = topLevelMembers(decodeUtf8(b.envelope) ?? '');
  const keys = ['type', 'data', 'relatedObjects', ...(options.compareCreated ? ['created'] : [])];
  return left.size > 0 && keys.every((key) => left.get(key) === right.get(key));
}

function namesIn(channels: readonly string[]): string {
  return [...new Set(channels)].sort().join(',');
}
