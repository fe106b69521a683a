import type { FieldError, Refusal } from '@postel/contracts';
import { composeEnvelope, decodeUtf8, type AcceptedEvent } from './accepted-event.js';
import {
  channelFaults,
  createdFault,
  dataFaults,
  idFault,
  isObjectText,
  orderingKeyFault,
  readFields,
  relatedObjectsFaults,
  typeFault,
  type EventFault,
  type EventFields,
  type SoundFields,
} from './event-fields.js';
import { jsonFault } from './json-fault.js';
import { topLevelMembers } from './json-slices.js';

/** What a reader may not find out by itself. */
export interface HttpEventContext {
  /** The event's id when the body has none. */
  readonly newId: string;
  /** The event's time, in whole seconds, when the body has none. */
  readonly nowMs: number;
  /** Largest event, as it came and as it is stored and delivered. */
  readonly maxBytes: number;
}

export type HttpEventReading =
  | {
      readonly ok: true;
      readonly event: AcceptedEvent;
      readonly idSupplied: boolean;
      readonly createdSupplied: boolean;
    }
  | { readonly ok: false; readonly refusal: Refusal };

type RefusedReading = Extract<HttpEventReading, { ok: false }>;

// as they stand in EventFields
const knownKeys = new Set(['type', 'data', 'relatedObjects', 'id', 'created', 'orderingKey', 'channels']);

/** Reads the body of `POST /v1/events` (contract: Front doors). A refusal names all its faults together. */
export function readHttpEvent(body: Uint8Array, ctx: HttpEventContext): HttpEventReading {
  if (body.byteLength > ctx.maxBytes) return tooLarge(body.byteLength, ctx.maxBytes);
  const text = decodeUtf8(body);
  return text === null ? refused({ code: 'invalid_utf8' }) : readHttpEventText(text, ctx);
}

/** Reads one event from its source text: one item of `POST /v1/events/batch`. */
export function readHttpEventText(text: string, ctx: HttpEventContext): HttpEventReading {
  const fault = jsonFault(text);
  if (fault) return refused({ code: 'malformed_json', detail: fault.messageWithExcerpt });
  if (!isObjectText(text.trimStart())) {
    return refused({
      code: 'invalid_request',
      errors: [{ path: '', code: 'invalid_type', message: 'an event is a JSON object' }],
    });
  }
  const members = topLevelMembers(text);
  const fields = readFields(members);
  const faults = [...fieldFaults(fields), ...unknownKeyFaults(members)];
  return faults.length > 0 ? refused(refusalOf(faults)) : acceptedBody(fields, ctx);
}

function fieldFaults(fields: EventFields): EventFault[] {
  const single = [
    typeFault(fields.type),
    idFault(fields.id),
    createdFault(fields.created),
    orderingKeyFault(fields.orderingKey),
  ];
  return [
    ...single.filter((fault) => fault !== null),
    ...dataFaults(fields.data),
    ...relatedObjectsFaults(fields.relatedObjects),
    ...channelFaults(fields.channels),
  ];
}

function unknownKeyFaults(members: ReadonlyMap<string, string>): EventFault[] {
  const message = `unknown; an event has ${[...knownKeys].join(', ')}`;
  return [...members.keys()]
    .filter((key) => !knownKeys.has(key))
    .map((key) => ({ path: key, code: 'unknown_field', message }));
}

/** Expects fields without faults. */
export function acceptedBody(fields: EventFields, ctx: HttpEventContext): HttpEventReading {
  const { id, type, created, orderingKey, channels } = fields as SoundFields & { readonly type: string };
  const identity = { id: id ?? ctx.newId, type, createdSec: created ?? Math.floor(ctx.nowMs / 1000) };
  const { data = '', relatedObjects } = fields;
  const envelope = Buffer.from(composeEnvelope({ ...identity, data, relatedObjects }));
  if (envelope.byteLength > ctx.maxBytes) return tooLarge(envelope.byteLength, ctx.maxBytes);
  const event: AcceptedEvent = {
    ...identity,
    channels: channels ?? [],
    envelope,
    ...(orderingKey === undefined ? {} : { orderingKey }),
  };
  return { ok: true, event, idSupplied: id !== undefined, createdSupplied: created !== undefined };
}

export function refusalOf(faults: readonly EventFault[]): Refusal {
  const [only] = faults;
  const code = faults.length === 1 && only?.specific ? only.specific : 'invalid_request';
  const errors: FieldError[] = faults.map(({ path, code, message }) => ({ path, code, message }));
  return { code, errors };
}

export function tooLarge(sizeBytes: number, maxBytes: number): RefusedReading {
  const detail = `an event is at most ${maxBytes} bytes as it is stored and delivered; this one has ${sizeBytes}`;
  return refused({ code: 'payload_too_large', detail });
}

export function refused(refusal: Refusal): RefusedReading {
  return { ok: false, refusal };
}
