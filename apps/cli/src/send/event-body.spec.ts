import { describe, expect, it } from '@jest/globals';
import { eventBody } from './event-body.js';

describe('the body of an event', () => {
  it('holds its data byte for byte: numbers and the order of keys stay as they are', () => {
    const data = '{"z":1,"a":12345678901234567890,"price":1.10,"e":"\\u00e9"}';
    expect(eventBody({ type: 'order.created', id: 'evt_1' }, ` ${data}\n`)).toBe(
      `{"id":"evt_1","type":"order.created","data":{"object":${data}}}`,
    );
  });

  it('takes a whole event as one, and adds what it lacks', () => {
    const event = '{"data":{"object":{"n":1.0},"previousAttributes":{}},"created":5}';
    const body = eventBody({ type: 'order.updated', id: 'evt_1', orderingKey: 'k', channels: ['a'] }, event);
    expect(JSON.parse(body)).toEqual({
      id: 'evt_1',
      type: 'order.updated',
      orderingKey: 'k',
      channels: ['a'],
      data: { object: { n: 1 }, previousAttributes: {} },
      created: 5,
    });
    expect(body).toContain('{"n":1.0}');
  });

  it('leaves a whole event that lacks nothing as it is', () => {
    const event = '{"type":"order.created","id":"evt_1","data":{"object":{}}}';
    expect(eventBody({ type: 'order.created', id: 'evt_1' }, event)).toBe(event);
  });

  it('is data where `data` holds no object', () => {
    expect(eventBody({ type: 'a.b' }, '{"data":{"x":1}}')).toBe(
      '{"type":"a.b","data":{"object":{"data":{"x":1}}}}',
    );
  });

  it.each([
    ['{"type":"a.c","data":{"object":{}}}', /event of the type "a.c", not a.b/],
    ['{"id":"evt_2","data":{"object":{}}}', /another id than the option/],
    ['[1]', /must be a JSON object/],
    ['{', /--data is not valid JSON/],
  ])('refuses %s', (text, message) => {
    expect(() => eventBody({ type: 'a.b', id: 'evt_1' }, text)).toThrow(message);
  });
});
