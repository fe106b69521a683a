import { decodeUtf8 } from './accepted-event.js';
import { partsOfBinary, partsOfStructured } from './cloud-event-modes.js';
import { readCloudEvent, type CloudEventParts } from './cloud-event.js';
import { isObjectText } from './event-fields.js';
import { jsonFault } from './json-fault.js';
import {
  acceptedBody,
  refusalOf,
  refused,
  tooLarge,
  type HttpEventContext,
  type HttpEventReading,
} from './read-http-event.js';

/** Reads a CloudEvent whose attributes are headers. @param headers name and value, repetitions included */
export function readBinaryCloudEvent(
  body: Uint8Array,
  headers: Iterable<readonly [name: string, value: string]>,
  ctx: HttpEventContext,
): HttpEventReading {
  const text = textOf(body, ctx);
  if (typeof text !== 'string') return text;
  return accepted(partsOfBinary(headers, text), ctx);
}

/** Reads a CloudEvent that is one JSON object: the body of a request. */
export function readStructuredCloudEvent(body: Uint8Array, ctx: HttpEventContext): HttpEventReading {
  const text = textOf(body, ctx);
  return typeof text === 'string' ? readParsable(text, ctx) : text;
}

/** Reads a CloudEvent that is one JSON object: one item of a batch. */
export function readStructuredCloudEventText(text: string, ctx: HttpEventContext): HttpEventReading {
  return readParsable(text, ctx);
}

function readParsable(text: string, ctx: HttpEventContext): HttpEventReading {
  const object = text.trimStart();
  if (isObjectText(object)) return accepted(partsOfStructured(object), ctx);
  return refused({
    code: 'invalid_request',
    errors: [{ path: '', code: 'invalid_type', message: 'a CloudEvent is a JSON object' }],
  });
}

function textOf(body: Uint8Array, ctx: HttpEventContext): string | HttpEventReading {
  if (body.byteLength > ctx.maxBytes) return tooLarge(body.byteLength, ctx.maxBytes);
  const text = decodeUtf8(body);
  if (text === null) return refused({ code: 'invalid_utf8' });
  const fault = jsonFault(text);
  return fault ? refused({ code: 'malformed_json', detail: fault.messageWithExcerpt }) : text;
}

function accepted(parts: CloudEventParts, ctx: HttpEventContext): HttpEventReading {
  const { fields, faults } = readCloudEvent(parts);
  return faults.length > 0 ? refused(refusalOf(faults)) : acceptedBody(fields, ctx);
}
