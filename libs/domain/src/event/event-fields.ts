import type { ErrorCode, FieldError } from '@postel/contracts';
import { parseEventType } from './event-type.js';
import { isId } from './id.js';
import { isDeeperThan, topLevelMembers } from './json-slices.js';

/** A fault in an event; `specific` is the registered code it has when it is the only one. */
export interface EventFault extends FieldError {
  readonly specific?: ErrorCode;
}

/** The members of an event that mean something, not yet judged. */
export interface EventFields {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly created?: unknown;
  readonly orderingKey?: unknown;
  readonly channels?: unknown;
  /** Source text. */
  readonly data?: string | undefined;
  /** Source text. */
  readonly relatedObjects?: string | undefined;
}

/** The members that are read, once {@link EventFields} has no faults. */
export interface SoundFields {
  readonly id?: string;
  readonly created?: number;
  readonly orderingKey?: string;
  readonly channels?: readonly string[];
}

/** 9999-12-31T23:59:59Z: the last second that ISO 8601 writes with four digits of year. */
const maxCreatedSec = 253_402_300_799;
const maxOrderingKeyLength = 256;
const maxChannels = 50;
const channelName = /^[A-Za-z0-9_.:-]{1,128}$/;
// deeper than any real event, and shallow enough for the recursive parsers that receivers have
const maxDepth = 512;
// it travels in a NATS header, where line breaks end the header and outer space is trimmed away

const unsafeInHeader = /[\u0000-\u001f\u007f]|^\s|\s$/;

const dataShape = '{ "type": "order.created", "data": { "object": { … } } }';

/** Whether the source text of a value, without white space around it, is that of an object. */
export function isObjectText(source: string | undefined): source is string {
  return source !== undefined && source.startsWith('{');
}

/**
 * Reads the members of an event from their source text. Not from what `JSON.parse` made of the whole: it can take an
 * escaped key for one that another text had in its place (V8 before a fix, https://github.com/nodejs/node/issues/63785).
 */
export function readFields(members: ReadonlyMap<string, string>): EventFields {
  const valueOf = (key: string): unknown => {
    const source = members.get(key);
    return source === undefined ? undefined : JSON.parse(source);
  };
  return {
    type: valueOf('type'),
    id: valueOf('id'),
    created: valueOf('created'),
    orderingKey: valueOf('orderingKey'),
    channels: valueOf('channels'),
    data: members.get('data'),
    relatedObjects: members.get('relatedObjects'),
  };
}

export function typeFault(value: unknown): EventFault | null {
  if (typeof value !== 'string') {
    const message =
      value === undefined ? 'an event needs a type, such as order.created' : 'the event type is a string';
    return { path: 'type', code: 'invalid_event_type', message, specific: 'invalid_event_type' };
  }
  const parsed = parseEventType(value);
  if (parsed.ok) return null;
  return { path: 'type', code: parsed.code, message: parsed.message, specific: parsed.code };
}

export function idFault(value: unknown): EventFault | null {
  if (value === undefined || (typeof value === 'string' && isId(value))) return null;
  const message = 'an event id is 1 to 64 of A-Z a-z 0-9 _ -';
  return { path: 'id', code: 'invalid_event_id', message, specific: 'invalid_event_id' };
}

export function createdFault(value: unknown): EventFault | null {
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxCreatedSec)
    return null;
  const message = `Unix seconds, a whole number from 0 to ${maxCreatedSec}`;
  return { path: 'created', code: 'invalid_value', message };
}

export function orderingKeyFault(value: unknown): EventFault | null {
  if (value === undefined || isOrderingKey(value)) return null;
  const message = `a string of 1 to ${maxOrderingKeyLength} characters, without control characters, lone surrogates or white space at its ends`;
  return { path: 'orderingKey', code: 'invalid_value', message };
}

function isOrderingKey(value: unknown): boolean {
  if (typeof value !== 'string' || value.length < 1 || value.length > maxOrderingKeyLength) return false;
  return value.isWellFormed() && !unsafeInHeader.test(value);
}

export function channelFaults(value: unknown): EventFault[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    return [{ path: 'channels', code: 'invalid_type', message: 'an array of strings' }];
  }
  if (value.length > maxChannels) {
    return [{ path: 'channels', code: 'invalid_value', message: `at most ${maxChannels} channels` }];
  }
  const message = 'a channel is 1 to 128 of A-Z a-z 0-9 _ . : -';
  return value.flatMap((item: unknown, index) =>
    typeof item === 'string' && channelName.test(item)
      ? []
      : [{ path: `channels.${index}`, code: 'invalid_value', message }],
  );
}

export function dataFaults(data: string | undefined): EventFault[] {
  const members = topLevelMembers(data ?? '');
  if (data === undefined || !isObjectText(members.get('object'))) {
    const message = `what happened belongs in data.object, an object: ${dataShape}`;
    return [{ path: 'data.object', code: 'data_object_missing', message, specific: 'data_object_missing' }];
  }
  const previous = optionalObjectFault('data.previousAttributes', members.get('previousAttributes'));
  return [previous, depthFault('data', data)].filter((fault) => fault !== null);
}

export function relatedObjectsFaults(related: string | undefined): EventFault[] {
  const fault = optionalObjectFault('relatedObjects', related) ?? depthFault('relatedObjects', related);
  return fault ? [fault] : [];
}

function optionalObjectFault(path: string, source: string | undefined): EventFault | null {
  return source === undefined || isObjectText(source)
    ? null
    : { path, code: 'invalid_type', message: 'an object' };
}

function depthFault(path: string, source: string | undefined): EventFault | null {
  if (source === undefined || !isDeeperThan(source, maxDepth)) return null;
  return {
    path,
    code: 'nested_too_deeply',
    message: `objects and arrays at most ${maxDepth} deep in each other`,
  };
}
