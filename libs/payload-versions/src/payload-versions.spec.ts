import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bodyForAttempt } from './body-for-attempt.js';
import { convert } from './convert.js';

function stored(data: string, relatedObjects?: string): Uint8Array {
  const related = relatedObjects === undefined ? '' : `,"relatedObjects":${relatedObjects}`;
  return Buffer.from(
    `{"id":"evt_1","type":"order.created","created":1702987200,"apiVersion":"2024-01-01","data":${data}${related}}`,
  );
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

const numbers = fc.oneof(
  fc.constantFrom('12345678901234567890', '1.0', '-0', '1E400', '0.10', '99.99e-1'),
  fc.integer().map(String),
);
const objects = fc.dictionary(
  fc.string().filter((key) => key !== 'amount' && key !== 'amount_cents'),
  fc.jsonValue(),
);

describe('2024-01-01', () => {
  it('is what is stored', () => {
    const envelope = stored('{"object":{}}');
    expect(convert(envelope, '2024-01-01')).toBe(envelope);
    expect(bodyForAttempt(envelope, '2024-01-01', { attemptNumber: 3, retryable: true })).toBe(envelope);
  });
});

describe('2023-01-01', () => {
  it('carries the amount a second time, as it was written, and its own version', () => {
    const data =
      '{ "object" : { "z":1.0, "amount" : 12345678901234567890 , "a":"\\u00e9" } ,"previousAttributes":{"amount":1}}';
    expect(text(convert(stored(data, '{"x":{"amount":5}}'), '2023-01-01'))).toBe(
      '{"id":"evt_1","type":"order.created","created":1702987200,"apiVersion":"2023-01-01","data":{ "object" : { "z":1.0, "amount" : 12345678901234567890 , "a":"\\u00e9" ,"amount_cents":12345678901234567890} ,"previousAttributes":{"amount":1}},"relatedObjects":{"x":{"amount":5}}}',
    );
  });

  it('changes only the version where there is no amount', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom(0, 1), (object, indent) => {
        const envelope = stored(JSON.stringify({ object }, null, indent));
        expect(text(convert(envelope, '2023-01-01'))).toBe(
          text(envelope).replace('"apiVersion":"2024-01-01"', '"apiVersion":"2023-01-01"'),
        );
      }),
    );
  });

  it('leaves everything else as it was written', () => {
    fc.assert(
      fc.property(objects, numbers, fc.constantFrom('amount', '\\u0061mount'), (object, amount, key) => {
        const rest = JSON.stringify(object).slice(1, -1);
        const source = `{${rest}${rest === '' ? '' : ','}"${key}":${amount}`;
        const converted = text(convert(stored(`{"object":${source}}}`), '2023-01-01'));
        expect(converted).toContain(`"data":{"object":${source},"amount_cents":${amount}}}`);
      }),
    );
  });

  it('replaces an amount_cents that was there, so that one remains', () => {
    const envelope = stored('{"object":{"amount_cents":1,"amount":2.50,"b":3}}');
    expect(text(convert(envelope, '2023-01-01'))).toContain(
      '"object":{"amount_cents":2.50,"amount":2.50,"b":3}',
    );
  });

  it('copies an amount of any kind, nested ones not', () => {
    const copied = (object: string) => text(convert(stored(`{"object":${object}}`), '2023-01-01'));
    expect(copied('{"amount":{"value":"1","cur":"EUR"}}')).toContain(
      ',"amount_cents":{"value":"1","cur":"EUR"}}',
    );
    expect(copied('{"amount":null}')).toContain('{"amount":null,"amount_cents":null}');
    expect(copied('{"order":{"amount":1}}')).not.toContain('amount_cents');
  });
});

describe('1.0', () => {
  it('holds the attempt and the object itself, as it was written', () => {
    const object = '{ "n": 12345678901234567890, "f":1.0,"__proto__":1 }';
    const envelope = stored(`{"previousAttributes":{"n":1},"object":${object}}`, '{"c":{}}');
    const converted = convert(envelope, '1.0');
    expect(converted).toBe(envelope);
    expect(text(bodyForAttempt(converted, '1.0', { attemptNumber: 2, retryable: false }))).toBe(
      `{"id":"evt_1","timestamp":"2023-12-19T12:00:00.000Z","event":"order.created","version":"1.0","data":${object},"attempt":2,"retryable":false}`,
    );
  });

  it('leaves every object as it was written', () => {
    fc.assert(
      fc.property(
        objects,
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        (object, attemptNumber, retryable) => {
          const written = JSON.stringify(object);
          const converted = convert(stored(`{"object":${written}}`), '1.0');
          expect(text(bodyForAttempt(converted, '1.0', { attemptNumber, retryable }))).toBe(
            `{"id":"evt_1","timestamp":"2023-12-19T12:00:00.000Z","event":"order.created","version":"1.0","data":${written},"attempt":${attemptNumber},"retryable":${retryable}}`,
          );
        },
      ),
    );
  });

  it('throws for what is no stored event', () => {
    expect(() => bodyForAttempt(Buffer.from('{}'), '1.0', { attemptNumber: 1, retryable: true })).toThrow(
      /not a stored/,
    );
    expect(() => convert(Buffer.from('{}'), '2023-01-01')).toThrow(/not a stored/);
  });
});
