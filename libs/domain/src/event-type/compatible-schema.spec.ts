import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileSchema, validatorOfRead } from './compile-schema.js';
import { schemaIncompatibilities } from './compatible-schema.js';
import type { Schema } from './read-schema.js';

const faultsOf = (before: Schema, after: Schema) =>
  schemaIncompatibilities(before, after, validatorOfRead).map(({ path, code }) => `${path} ${code}`);

const string = { type: 'string' };
const number = { type: 'number' };
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

describe('a changed schema', () => {
  it.each<[string, Schema, Schema]>([
    ['an optional property', object({ a: string }), object({ a: string, b: true })],
    ['another description', object({ a: string }), object({ a: { ...string, description: 'x' } })],
    ['a type more', string, { type: ['string', 'null'] }],
    ['number for integer', { type: 'integer' }, number],
    ['a value more', { enum: ['a'] }, { enum: ['a', 'b'] }],
    ['any text for listed ones', { enum: ['a', 'b'] }, string],
    ['a wider range', { ...number, minimum: 1, maximum: 5 }, { ...number, exclusiveMinimum: 0, maximum: 9 }],
    ['no requirement', object({ a: string }, { required: ['a'] }), object({ a: string })],
    ['an open object', object({ a: string }, { additionalProperties: false }), object({ a: string })],
    [
      'a property in a closed object',
      object({ a: string }, { additionalProperties: false }),
      object({ a: string, b: number }, { additionalProperties: false }),
    ],
    ['an alternative more', { anyOf: [string, number] }, { anyOf: [string, number, { type: 'null' }] }],
    [
      'an alternative to all of before, of which two overlap',
      { oneOf: [string, { minLength: 1 }] },
      { anyOf: [{ oneOf: [string, { minLength: 1 }] }, number] },
    ],
    [
      'no requirement beside alternatives that overlap',
      { ...object({}, { required: ['a'] }), oneOf: [string, { minLength: 1 }] },
      { ...object({}), oneOf: [string, { minLength: 1 }] },
    ],
    ['alternatives for types', { type: ['string', 'number'] }, { anyOf: [number, string] }],
    [
      'a variant more, told apart by a const',
      {
        oneOf: [object({ kind: { const: 'a' }, x: string }, { required: ['kind'] })],
      },
      {
        oneOf: [
          object({ kind: { const: 'a' }, x: string }, { required: ['kind'] }),
          object({ kind: { const: 'b' }, y: string }, { required: ['kind'] }),
        ],
      },
    ],
    ['the same, taken apart', { type: 'string', minLength: 1 }, { allOf: [string, { minLength: 1 }] }],
    ['items that accept more', { type: 'array', items: { enum: [1] } }, { type: 'array', items: number }],
  ])('accepts what the last one accepted: %s', (_what, before, after) => {
    expect(faultsOf(before, after)).toEqual([]);
  });

  it.each<[string, Schema, Schema, string]>([
    [
      'a requirement',
      object({ a: string }),
      object({ a: string }, { required: ['a'] }),
      'schema.properties.a property_required',
    ],
    ['a narrower type', { type: ['string', 'null'] }, string, 'schema type_narrowed'],
    ['integer for number', number, { type: 'integer' }, 'schema type_narrowed'],
    [
      'a type for a property that could be anything',
      object({}),
      object({ a: string }),
      'schema.properties.a type_narrowed',
    ],
    ['a value less', { enum: ['a', 'b'] }, { enum: ['a'] }, 'schema values_removed'],
    ['listed values', string, { enum: ['a'] }, 'schema values_listed'],
    [
      'a narrower range',
      { ...number, minimum: 0 },
      { ...number, exclusiveMinimum: 0 },
      'schema range_narrowed',
    ],
    ['a longer text', string, { ...string, minLength: 1 }, 'schema length_narrowed'],
    ['another pattern', { ...string, pattern: 'a' }, { ...string, pattern: 'a|b' }, 'schema undecided'],
    [
      'a closed object',
      object({ a: string }),
      object({ a: string }, { additionalProperties: false }),
      'schema.additionalProperties forbidden',
    ],
    [
      'a property less in a closed object',
      object({ a: string, b: string }, { additionalProperties: false }),
      object({ a: string }, { additionalProperties: false }),
      'schema.properties.b forbidden',
    ],
    ['an alternative less', { anyOf: [string, number] }, { anyOf: [string] }, 'schema alternative_removed'],
    [
      'deep inside',
      object({ a: object({ b: { type: 'array', items: number } }) }),
      object({ a: object({ b: { type: 'array', items: { ...number, maximum: 1 } } }) }),
      'schema.properties.a.properties.b.items range_narrowed',
    ],
    ['two alternatives that overlap', string, { oneOf: [string, { minLength: 1 }] }, 'schema undecided'],
    ['nothing at all', string, false, 'schema forbidden'],
  ])('says what it refuses: %s', (_what, before, after, fault) => {
    expect(faultsOf(before, after)).toContain(fault);
  });

  it('accepts every value that the last one accepted, when it is found compatible', () => {
    let compatible = 0;
    let tried = 0;
    fc.assert(
      fc.property(
        schemas,
        schemas,
        fc.array(values, { minLength: 5, maxLength: 30 }),
        fc.boolean(),
        (one, two, tries, widen) => {
          const after = widen ? widened(one, two) : two;
          fc.pre(isSchema(one) && isSchema(after));
          if (schemaIncompatibilities(one, after, validatorOfRead).length > 0) return;
          compatible++;
          const [before, now] = [validatorOfRead(one), validatorOfRead(after)];
          for (const value of tries) {
            if (before(value).length > 0) continue;
            tried++;
            expect([one, after, value, now(value)]).toEqual([one, after, value, []]);
          }
        },
      ),
      { numRuns: 200, endOnFailure: true },
    );
    // else it shows nothing
    expect(compatible).toBeGreaterThan(30);
    expect(tried).toBeGreaterThan(100);
  });
});

function isSchema(schema: Schema): boolean {
  return typeof schema === 'boolean' || compileSchema(schema, 'schema').ok;
}

function widened(one: Schema, two: Schema): Schema {
  if (typeof one === 'boolean') return { anyOf: [one, two] };
  const keys = Object.keys(one);
  const drop = keys[keys.length - 1];
  return Object.fromEntries(Object.entries(one).filter(([key]) => key !== drop));
}

const names = fc.constantFrom('a', 'b', 'ab');
const small = fc.integer({ min: -1, max: 3 });
const counts = fc.integer({ min: 0, max: 2 });
const scalars = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  small,
  fc.constant(0.5),
  fc.constantFrom('', 'a', 'ab'),
);
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 2, arbitrary: scalars },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 3, arbitrary: fc.dictionary(names, tie('value'), { maxKeys: 3 }) },
  ),
}));
const types = fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'array', 'object');
const { schema: schemas } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 1, arbitrary: fc.boolean() },
    {
      weight: 6,
      arbitrary: fc.oneof(
        {
          weight: 2,
          arbitrary: fc.record({
            type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({ enum: fc.uniqueArray(scalars, { minLength: 1, maxLength: 3 }) }),
        },
        {
          weight: 2,
          arbitrary: fc.record(
            {
              type: fc.constant('number'),
              minimum: small,
              maximum: small,
              exclusiveMinimum: small,
              exclusiveMaximum: small,
              multipleOf: fc.constantFrom(0.5, 1, 2),
            },
            { requiredKeys: [] },
          ),
        },
        {
          weight: 1,
          arbitrary: fc.record(
            {
              type: fc.constant('string'),
              minLength: counts,
              maxLength: counts,
              pattern: fc.constantFrom('a', '^b'),
            },
            { requiredKeys: [] },
          ),
        },
        {
          weight: 2,
          arbitrary: fc.record(
            {
              type: fc.constant('array'),
              items: tie('schema'),
              prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
              minItems: counts,
              maxItems: counts,
              uniqueItems: fc.boolean(),
              contains: tie('schema'),
            },
            { requiredKeys: [] },
          ),
        },
        {
          weight: 5,
          arbitrary: fc.record(
            {
              type: fc.constant('object'),
              properties: fc.dictionary(names, tie('schema'), { maxKeys: 2 }),
              patternProperties: fc.dictionary(fc.constantFrom('a', '^b', 'b'), tie('schema'), {
                maxKeys: 2,
              }),
              additionalProperties: tie('schema'),
              required: fc.uniqueArray(names, { maxLength: 2 }),
              minProperties: counts,
              maxProperties: counts,
              propertyNames: tie('schema'),
              dependentRequired: fc.dictionary(names, fc.uniqueArray(names, { maxLength: 2 }), {
                maxKeys: 1,
              }),
            },
            { requiredKeys: [] },
          ),
        },
        {
          weight: 2,
          arbitrary: fc.record(
            {
              anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
              oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
              allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
              not: tie('schema'),
            },
            { requiredKeys: [] },
          ),
        },
      ),
    },
  ),
}));

describe('large schemas', () => {
  const members = (count: number, member: (n: number) => [string, Schema]) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => member(n)));

  it('are compiled and compared', () => {
    const wide = (type: Schema) => object(members(890, (n) => [`p${n}`, type]));
    const variants = (a: object) => ({
      anyOf: Array.from({ length: 190 }, (_, n) => object({ k: { const: n }, a, b: a })),
    });
    const wider = { type: ['string', 'null'] };
    for (const schemaOf of [wide, variants]) {
      expect(compileSchema(schemaOf(wider), 'schema').ok).toBe(true);
    }
    expect(faultsOf(wide(string), wide(wider))).toEqual([]);
    expect(faultsOf(variants(string), variants(wider))).toEqual([]);
  });

  it('do not seem to have lost an alternative where many became wider', () => {
    const perhaps = (...more: Schema[]) => ({ anyOf: [string, { type: 'null' }, ...more] });
    const schema = (type: Schema) => object(members(150, (n) => [`p${n}`, type]));
    expect(faultsOf(schema(perhaps()), schema(perhaps(number)))).toEqual([]);
  });

  it('say that it cannot be decided where alternatives are too many to compare each with each', () => {
    const variants = Array.from({ length: 190 }, (_, n) => n);
    const schema = (numbers: readonly number[], a: Schema) => ({
      anyOf: numbers.map((n) => object({ k: { const: n }, a, b: a })),
    });
    const reversed = schema(variants.toReversed(), { type: ['string', 'null'] });
    expect(faultsOf(schema(variants, string), reversed)).toEqual(['schema undecided']);
  });

  it('say that it cannot be decided where names and patterns are too many to try', () => {
    const schema = (type: Schema, end: string) =>
      object(
        members(800, (n) => [`${'p'.repeat(20)}${n}`, type]),
        { patternProperties: members(49, (n) => [`(p|q){1,150}${n}${end}`, string]) },
      );
    expect(faultsOf(schema(string, 'x'), schema(string, 'y'))).toEqual(['schema undecided']);
  });
});
