import { hash } from 'node:crypto';
import {
  eventTypeOfSubject,
  isOperationalEventType,
  natsHeaders,
  operatorTenant,
  type ErrorCode,
} from '@postel/contracts';
import { cloudEventModeOf, partsOfBinary, partsOfStructured } from './cloud-event-modes.js';
import { readCloudEvent, type CloudEventParts } from './cloud-event.js';
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
import { isId } from './id.js';
import { jsonFault } from './json-fault.js';
import { memberOf, topLevelMembers } from './json-slices.js';

/** A message of the stream EVENTS, whoever published it. */
export interface NatsEventMessage {
  /** The event type; of what Postel itself tells, its subject or its type. */
  readonly subject: string;
  readonly payload: Uint8Array;
  /** The values of the headers of the contract, where present. */
  readonly headers: {
    readonly tenant?: string | undefined;
    readonly messageId?: string | undefined;
    readonly format?: string | undefined;
    readonly orderingKey?: string | undefined;
    /** Comma-separated. */
    readonly channels?: string | undefined;
    /** How the message says that it is a CloudEvent; and in binary mode all its headers. */
    readonly cloudEvent?:
      | { readonly mode: 'structured' }
      | { readonly mode: 'binary'; readonly headers: Readonly<Record<string, string>> };
  };
  /** Position in the stream. */
  readonly seq: number;
  readonly storedAtMs: number;
  /** Largest event, as it is stored and delivered. */
  readonly maxBytes: number;
}

/** Of any size. */
export type NatsEventOfAnySize = Omit<NatsEventMessage, 'maxBytes'>;

interface Refusal {
  readonly ok: false;
  /** Under which its producer finds it: that of the body where it can be read, and otherwise as if the body had none. */
  readonly id: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: string;
}

export type NatsEventReading = { readonly ok: true; readonly event: AcceptedEvent } | Refusal;

/** An event without what is delivered of it. */
export type EventHead = Omit<AcceptedEvent, 'envelope'>;

export type NatsEventHeadReading = { readonly ok: true; readonly event: EventHead } | Refusal;

type Understood = {
  readonly ok: true;
  readonly event: EventHead;
  readonly fields: EventFields;
  readonly text: string;
};

/**
 * Picks what {@link readNatsEvent} needs from the headers of a message. One without a value is none, for all who read it.
 * @param value of a header by its name
 * @param all every header; of binary CloudEvents
 */
export function eventHeadersOf(
  value: (name: string) => string | undefined,
  all: () => Readonly<Record<string, string>>,
): NatsEventMessage['headers'] {
  const header = (name: string) => value(name) || undefined;
  // what the HTTP door accepted is an event of ours already
  const mode = header(natsHeaders.configSequence) === undefined ? cloudEventModeOf(anyCase(header)) : null;
  return {
    tenant: header(natsHeaders.tenant),
    messageId: header(natsHeaders.messageId),
    format: header(natsHeaders.format),
    orderingKey: header(natsHeaders.orderingKey),
    channels: header(natsHeaders.channels),
    ...(mode === null ? {} : { cloudEvent: mode === 'binary' ? { mode, headers: all() } : { mode } }),
  };
}

/** On NATS the names of headers differ by case; of this one both forms are in use. */
function anyCase(header: (name: string) => string | undefined): (name: string) => string | undefined {
  return (name) => header(name) ?? (name === 'content-type' ? header('Content-Type') : undefined);
}

/** The id of an event that brought none: from where it stands in the stream (contract: Front doors, NATS). */
export function eventIdOfPosition(storedAtMs: number, seq: number): string {
  return `evt_${storedAtMs.toString(36).padStart(9, '0')}${seq.toString(36).padStart(11, '0')}`;
}

/**
 * Reads a message of EVENTS (contract: Front doors, NATS). A producer on NATS cannot be told, so keys that mean nothing
 * are passed over. A refusal becomes a dead letter; it names the first fault.
 */
export function readNatsEvent(message: NatsEventMessage): NatsEventReading {
  const read = understand(message);
  return read.ok ? withEnvelope(message, read) : read;
}

/** As {@link readNatsEvent}, of any size, for whoever keeps the message itself. */
export function readNatsEventHead(message: NatsEventOfAnySize): NatsEventHeadReading {
  return understand(message);
}

function understand(message: NatsEventOfAnySize): Understood | Refusal {
  const text = decodeUtf8(message.payload);
  const refuse = (code: ErrorCode, about: string): Refusal => {
    return { ok: false, id: idOfMessage(message), code, message: about };
  };
  if (text === null) return refuse('invalid_utf8', 'the payload is not valid UTF-8');
  const malformed = jsonFault(text);
  if (malformed) return refuse('malformed_json', malformed.message);
  const isBinary = message.headers.cloudEvent?.mode === 'binary';
  if (!isBinary && !isObjectText(text.trimStart())) {
    return refuse('invalid_request', 'the payload is not a JSON object');
  }
  const { cloudEvent, format } = message.headers;
  const read = cloudEvent ? readCloudEvent(partsOf(cloudEvent, text)) : null;
  const fields = read?.fields ?? fieldsOf(text, format);
  const fault = read?.faults[0] ?? faultOf(message, fields);
  if (fault) {
    const { path, specific: code = 'invalid_request' } = fault;
    const hasId = !read && typeof fields.id === 'string' && isId(fields.id);
    return { ...refuse(code, fault.message), path, ...(hasId ? { id: fields.id } : {}) };
  }
  return { ok: true, event: headOf(message, fields as SoundFields), fields, text };
}

function partsOf(
  cloudEvent: NonNullable<NatsEventMessage['headers']['cloudEvent']>,
  text: string,
): CloudEventParts {
  return cloudEvent.mode === 'structured'
    ? partsOfStructured(text)
    : partsOfBinary(Object.entries(cloudEvent.headers), text);
}

/** Of an envelope its members; the bare object becomes `data.object`, and all that is in it is its own. */
function fieldsOf(text: string, format: string | undefined): EventFields {
  const members = topLevelMembers(text);
  const isEnvelope = format !== 'object' && isObjectText(memberOf(members.get('data') ?? '', 'object'));
  return isEnvelope ? readFields(members) : { data: `{"object":${text}}` };
}

function faultOf(message: NatsEventOfAnySize, fields: EventFields): EventFault | undefined {
  const faults = [
    subjectFault(message),
    mismatchFault(message, fields.type),
    idFault(fields.id),
    createdFault(fields.created),
    orderingKeyFault(fields.orderingKey ?? message.headers.orderingKey),
    ...dataFaults(fields.data),
    ...relatedObjectsFaults(fields.relatedObjects),
    ...channelFaults(fields.channels ?? channelsOf(message.headers.channels)),
  ];
  return faults.find((fault) => fault !== null);
}

/** What Postel tells the operator is for the operator alone, whoever published it. */
function subjectFault({ subject, headers }: NatsEventOfAnySize): EventFault | null {
  const type = eventTypeOfSubject(subject);
  return isOperationalEventType(type) && headers.tenant === operatorTenant ? null : typeFault(type);
}

function mismatchFault({ subject, headers }: NatsEventOfAnySize, type: unknown): EventFault | null {
  if (type === undefined || type === eventTypeOfSubject(subject)) return null;
  const path = headers.cloudEvent?.mode === 'binary' ? 'ce-type' : 'type';
  const message = `the type is not the subject, ${subject}`;
  return { path, code: 'type_mismatch', message, specific: 'type_mismatch' };
}

/** Expects a message without faults. */
function headOf(message: NatsEventOfAnySize, sound: SoundFields): EventHead {
  const { subject, headers, storedAtMs } = message;
  const orderingKey = sound.orderingKey ?? headers.orderingKey;
  const event: EventHead = {
    id: sound.id ?? idOfMessage(message),
    type: eventTypeOfSubject(subject),
    createdSec: sound.created ?? Math.floor(storedAtMs / 1000),
    channels: sound.channels ?? channelsOf(headers.channels) ?? [],
  };
  return orderingKey === undefined ? event : { ...event, orderingKey };
}

function withEnvelope(message: NatsEventMessage, { event, fields, text }: Understood): NatsEventReading {
  const { data = '', relatedObjects } = fields;
  const composed = composeEnvelope({ ...event, data, relatedObjects });
  const envelope =
    composed === text && !hasByteOrderMark(message.payload) ? message.payload : Buffer.from(composed);
  if (envelope.byteLength > message.maxBytes) {
    const limit = `an event is at most ${message.maxBytes} bytes as it is stored and delivered`;
    const tooLarge = `${limit}; this one has ${envelope.byteLength}`;
    return { ok: false, id: event.id, code: 'payload_too_large', message: tooLarge };
  }
  return { ok: true, event: { ...event, envelope } };
}

function hasByteOrderMark(payload: Uint8Array): boolean {
  return payload[0] === 0xef;
}

function channelsOf(header: string | undefined): string[] | undefined {
  if (header === undefined) return undefined;
  return header
    .split(',')
    .map((channel) => channel.trim())
    .filter((channel) => channel !== '');
}

/** The id of an event whose body has none: the same at every reading of the same message. */
function idOfMessage({ headers: { messageId }, seq, storedAtMs }: NatsEventOfAnySize): string {
  if (messageId === undefined) {
    // padded, so that ids sort by time and position
    return eventIdOfPosition(storedAtMs, seq);
  }
  if (isId(messageId)) return messageId;
  return `evt_${hash('sha256', messageId, 'hex').slice(0, 32)}`;
}
