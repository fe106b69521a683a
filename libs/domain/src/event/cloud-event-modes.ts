import { isAttributeName, type CloudEventParts } from './cloud-event.js';
import type { EventFault } from './event-fields.js';
import { topLevelMembers } from './json-slices.js';

const structuredType = /^application\/cloudevents\+json\s*(;|$)/i;
/** Any of these makes a message a CloudEvent in binary mode, so that one without the others is told what it lacks. */
const tellingHeaders = ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'] as const;

export type CloudEventMode = 'structured' | 'binary';

/** How a message says that it is a CloudEvent; `null` when it is none. @param header by a name in lower case */
export function cloudEventModeOf(header: (name: string) => unknown): CloudEventMode | null {
  const type = header('content-type');
  if (typeof type === 'string' && structuredType.test(type)) return 'structured';
  return tellingHeaders.some((name) => header(name) !== undefined) ? 'binary' : null;
}

/** Structured mode: all of it is one JSON object. Expects the text of one. */
export function partsOfStructured(text: string): CloudEventParts {
  const attributes = topLevelMembers(text);
  const data = attributes.get('data');
  const base64 = attributes.get('data_base64');
  attributes.delete('data');
  attributes.delete('data_base64');
  return {
    attributes,
    data,
    hasBase64Data: base64 !== undefined && base64 !== 'null',
    prefix: '',
    faults: [],
  };
}

/**
 * Binary mode: attributes are headers `ce-…`, the content type is `datacontenttype`, the body is the data
 * (HTTP protocol binding 1.0.2, 3.1; the same on NATS).
 * @param headers name and value, repetitions included, in any order: the archive does not keep theirs, and what is made of
 * the same message must be the same bytes
 * @param data JSON text
 */
export function partsOfBinary(
  headers: Iterable<readonly [name: string, value: string]>,
  data: string,
): CloudEventParts {
  const attributes = new Map<string, string>();
  const faults: EventFault[] = [];
  let contentType: string | undefined;
  for (const [path, value] of inOneOrder(headers)) {
    if (path === 'content-type') contentType = value;
    if (!path.startsWith('ce-')) continue;
    const attribute = path.slice('ce-'.length);
    const decoded = decodedValue(value);
    const fault = !isAttributeName(attribute)
      ? {
          path,
          code: 'unknown_field',
          message: 'behind ce- stands the name of an attribute, 1 to 64 of a-z 0-9',
        }
      : attributes.has(attribute)
        ? { path, code: 'duplicate_header', message: 'this header is there twice' }
        : decoded === null
          ? { path, code: 'invalid_value', message: badEncoding }
          : null;
    if (fault) faults.push(fault);
    else attributes.set(attribute, JSON.stringify(decoded));
  }
  if (contentType !== undefined && !attributes.has('datacontenttype'))
    attributes.set('datacontenttype', JSON.stringify(contentType));
  return { attributes, data: data.trim(), hasBase64Data: false, prefix: 'ce-', faults };
}

/** The required ones first, as the specification names them. */
const firstHeaders = ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'];

function rankOf(path: string): number {
  const index = firstHeaders.indexOf(path);
  return index < 0 ? firstHeaders.length : index;
}

function inOneOrder(
  headers: Iterable<readonly [name: string, value: string]>,
): (readonly [string, string])[] {
  return Array.from(headers, ([name, value]) => [name.toLowerCase(), value] as const).sort(
    ([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0),
  );
}

const badEncoding = 'printable ASCII; other characters, " and % as %XX of their UTF-8 bytes';

/** First out of its quotes, then once percent-decoded (HTTP protocol binding, 3.1.3.2). @returns `null` for what is neither */
function decodedValue(value: string): string | null {
  const text = /^"(?:[^"\\]|\\.)*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  if (/[^\x20-\x7e]/.test(text)) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
