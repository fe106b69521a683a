import { createHash } from 'node:crypto';
import {
  createdFault,
  dataFaults,
  isObjectText,
  orderingKeyFault,
  typeFault,
  type EventFault,
  type EventFields,
} from './event-fields.js';

/** A CloudEvent taken apart, from whichever mode it came in. */
export interface CloudEventParts {
  /** By name, as JSON source text: numbers of extensions stay as they were written. */
  readonly attributes: ReadonlyMap<string, string>;
  /** JSON source text; of a structured event perhaps absent. */
  readonly data: string | undefined;
  readonly hasBase64Data: boolean;
  /** Before the name of an attribute in a path: `ce-` where attributes are headers. */
  readonly prefix: '' | 'ce-';
  /** What was wrong with the headers already. */
  readonly faults: readonly EventFault[];
}

export interface CloudEventReading {
  readonly fields: EventFields;
  readonly faults: readonly EventFault[];
}

type AttributeValue = string | number | boolean;
type Attributes = ReadonlyMap<string, AttributeValue>;

const controls = /[\u0000-\u001f\u007f-\u009f]/;
const jsonType = /^(application|text)\/([\w.!#$&^-]+\+)?json\s*(;|$)/i;
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** Attributes that have a place of their own in an event; the others are kept beside its data. */
const mappedAttributes: ReadonlySet<string> = new Set(['type', 'time']);

/** Names of attributes (CloudEvents 1.0.2, Naming conventions); `data` is none. */
export function isAttributeName(name: string): boolean {
  return /^[a-z0-9]{1,64}$/.test(name) && name !== 'data';
}

/** Source and id together are what makes two CloudEvents one. @returns `evt_` and 32 hex digits of SHA-256 */
export function cloudEventId(source: string, id: string): string {
  // neither may hold a line break, so no two pairs share the text
  return `evt_${createHash('sha256').update(`${source}\n${id}`).digest('hex').slice(0, 32)}`;
}

/** A CloudEvent as an event of ours (contract: Front doors, CloudEvents). The fields mean nothing when there are faults. */
export function readCloudEvent(parts: CloudEventParts): CloudEventReading {
  const { prefix, data, hasBase64Data } = parts;
  const { values, faults } = valuesOf(parts);
  const type = values.get('type');
  const created = createdOf(values.get('time'));
  const orderingKey = values.get('partitionkey');
  const fields: EventFields = {
    id: cloudEventId(String(values.get('source')), String(values.get('id'))),
    type,
    created,
    orderingKey,
    data: `{"object":${data ?? ''}}`,
    relatedObjects: keptAttributes(parts, values),
  };
  const at = (path: string, fault: EventFault | null): EventFault[] =>
    fault ? [{ ...fault, path: `${prefix}${path}` }] : [];
  const found = [
    ...faults,
    ...requiredFaults(values, prefix),
    ...at('type', typeFault(type)),
    ...at('time', created === null ? timeFault : createdFault(created)),
    ...at('partitionkey', orderingKeyFault(orderingKey)),
    ...contentTypeFaults(values.get('datacontenttype'), prefix),
    ...(hasBase64Data ? [base64Fault] : cloudDataFaults(data)),
  ];
  // of a header that could not be read it is not said, too, that it is missing
  const told = new Set(parts.faults.map(({ path }) => path));
  return { fields, faults: [...parts.faults, ...found.filter(({ path }) => !told.has(path))] };
}

/** Attributes are text, numbers and booleans; one that is null is not there (JSON format, 2.2). */
function valuesOf({ attributes, prefix }: CloudEventParts): { values: Attributes; faults: EventFault[] } {
  const values = new Map<string, AttributeValue>();
  const faults: EventFault[] = [];
  for (const [name, source] of attributes) {
    const path = `${prefix}${name}`;
    if (!isAttributeName(name)) {
      const message = 'the name of an attribute is 1 to 64 of a-z 0-9';
      faults.push({ path, code: 'unknown_field', message });
      continue;
    }
    const value: unknown = JSON.parse(source);
    if (value === null) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values.set(name, value);
    else faults.push({ path, code: 'invalid_type', message: 'a string, a number or a boolean' });
  }
  return { values, faults };
}

function requiredFaults(values: Attributes, prefix: string): EventFault[] {
  const faults: EventFault[] = [];
  const need = (name: string, isSound: (value: unknown) => boolean, message: string): void => {
    if (!isSound(values.get(name))) faults.push({ path: `${prefix}${name}`, code: 'invalid_value', message });
  };
  const isOptionalText = (value: unknown) => value === undefined || isText(value);
  need('specversion', (value) => value === '1.0', 'a CloudEvent says specversion 1.0');
  need('id', isText, 'a CloudEvent needs an id, text without control characters');
  need('source', isText, 'a CloudEvent needs a source, a URI reference');
  need('subject', isOptionalText, 'text without control characters');
  need('dataschema', isOptionalText, 'a URI');
  return faults;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.isWellFormed() && !controls.test(value);
}

/** @returns Unix seconds, `undefined` when there is no time, `null` for one that is none */
function createdOf(time: AttributeValue | undefined): number | null | undefined {
  if (time === undefined) return undefined;
  const match = typeof time === 'string' ? rfc3339.exec(time) : null;
  if (!match) return null;
  const [text, year, month, day] = match;
  // Date.parse takes the 30th of February for the 1st of March
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const ms = Date.parse(text.toUpperCase());
  return date.getUTCDate() !== Number(day) || Number.isNaN(ms) ? null : Math.floor(ms / 1_000);
}

const timeFault: EventFault = {
  path: 'time',
  code: 'invalid_value',
  message: 'an RFC 3339 time, such as 2024-01-31T10:00:00Z',
};

const base64Fault: EventFault = {
  path: 'data_base64',
  code: 'data_base64_unsupported',
  message: 'what happened belongs in data, a JSON object',
  specific: 'data_base64_unsupported',
};

function contentTypeFaults(type: AttributeValue | undefined, prefix: string): EventFault[] {
  if (type === undefined || (typeof type === 'string' && jsonType.test(type))) return [];
  const path = prefix === '' ? 'datacontenttype' : 'content-type';
  const message = 'data is JSON: application/json, or a type that ends in +json';
  return [{ path, code: 'unsupported_media_type', message, specific: 'unsupported_media_type' }];
}

function cloudDataFaults(data: string | undefined): EventFault[] {
  if (!isObjectText(data)) {
    const message = 'the data of a CloudEvent becomes data.object and is a JSON object';
    return [{ path: 'data', code: 'data_object_missing', message, specific: 'data_object_missing' }];
  }
  return dataFaults(`{"object":${data}}`);
}

/** In the order they came in; all that this text is made of was checked, or is JSON already. */
function keptAttributes({ attributes }: CloudEventParts, values: Attributes): string {
  const kept = [...values.keys()].filter((name) => !mappedAttributes.has(name));
  return `{"cloudEvent":{${kept.map((name) => `"${name}":${attributes.get(name)}`).join(',')}}}`;
}
