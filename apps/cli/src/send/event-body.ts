import { usageFailure } from '../fail/command-failure.js';
import { parseJson } from '../read/read-data.js';

export interface EventOptions {
  readonly type: string;
  readonly id?: string | undefined;
  readonly orderingKey?: string | undefined;
  readonly channels?: readonly string[] | undefined;
}

/**
 * The JSON of an event. What was given as its data stands in it byte for byte, for numbers and the order of keys reach the
 * receiver as they came; a whole event (with `data.object`) is taken as one, by the rule of the front door NATS.
 * @throws {CommandFailure}
 */
export function eventBody(options: EventOptions, dataText: string): string {
  const data = parseJson(dataText, '--data');
  if (!isObject(data)) throw usageFailure('--data must be a JSON object');
  const fields = JSON.stringify({
    ...(options.id === undefined ? {} : { id: options.id }),
    type: options.type,
    ...(options.orderingKey === undefined ? {} : { orderingKey: options.orderingKey }),
    ...(options.channels === undefined ? {} : { channels: options.channels }),
  });
  if (!isWholeEvent(data)) return `${fields.slice(0, -1)},"data":{"object":${dataText.trim()}}}`;
  return withFields(data, dataText.trim(), options, fields);
}

/** Fields that the event says itself must not contradict what was asked for; those that it lacks are put before them. */
function withFields(
  event: Readonly<Record<string, unknown>>,
  text: string,
  options: EventOptions,
  fields: string,
): string {
  if (event['type'] !== undefined && event['type'] !== options.type) {
    throw usageFailure(
      `the data is an event of the type ${JSON.stringify(event['type'])}, not ${options.type}`,
    );
  }
  const missing = Object.entries(JSON.parse(fields) as Record<string, unknown>).filter(([name, value]) => {
    if (event[name] === undefined) return true;
    if (JSON.stringify(event[name]) === JSON.stringify(value)) return false;
    throw usageFailure(`the data is an event with another ${name} than the option says`);
  });
  const before = JSON.stringify(Object.fromEntries(missing)).slice(1, -1);
  return before === '' ? text : `{${before},${text.slice(1)}`;
}

function isWholeEvent(data: Readonly<Record<string, unknown>>): boolean {
  return isObject(data['data']) && isObject(data['data']['object']);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
