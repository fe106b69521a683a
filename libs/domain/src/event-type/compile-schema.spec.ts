import { describe, expect, it } from '@jest/globals';
import { compileSchema, type Validator } from './compile-schema.js';

function validator(schema: object): Validator {
  const compiled = compileSchema(schema as Record<string, unknown>, 'schema');
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return compiled.validate;
}

const faultsOf = (schema: object) => {
  const compiled = compileSchema(schema as Record<string, unknown>, 'schema');
  return compiled.ok ? [] : compiled.errors.map(({ path, code }) => `${path} ${code}`);
};

describe('a JSON Schema of a platform', () => {
  it('names every fault with its path and keyword', () => {
    const validate = validator({
      type: 'object',
      required: ['id', 'amount'],
      properties: {
        amount: { type: 'integer', minimum: 1 },
        lines: { type: 'array', items: { $ref: '#/$defs/line' } },
        'a/b': { enum: ['x', 'y'] },
      },
      additionalProperties: false,
      $defs: { line: { type: 'object', properties: { sku: { type: 'string', pattern: '^[A-Z]+$' } } } },
    });
    expect(validate({ id: 1, amount: 1, lines: [{ sku: 'A' }] })).toEqual([
      { path: 'id', code: 'additionalProperties', message: 'must NOT have additional properties' },
    ]);
    const faults = validate({ amount: '0', lines: [{}, { sku: 'a' }], 'a/b': 'z' });
    expect(faults.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'a/b enum',
      'amount type',
      'id required',
      'lines.1.sku pattern',
    ]);
    expect(faults.find(({ code }) => code === 'enum')?.message).toContain('"x", "y"');
  });

  it('changes nothing, and takes nothing for something else', () => {
    const value = { n: '5', extra: 1 };
    const validate = validator({ properties: { n: { type: 'number' }, m: { default: 1 } } });
    expect(validate(value)).toMatchObject([{ path: 'n', code: 'type' }]);
    expect(value).toEqual({ n: '5', extra: 1 });
  });

  it('takes multiples as they are written in decimal', () => {
    const validate = validator({ properties: { price: { type: 'number', multipleOf: 0.01 } } });
    for (const price of [0.07, 19.99, 4.35, -1.1, 1e21]) expect(validate({ price })).toEqual([]);
    const message = 'must be multiple of 0.01';
    expect(validate({ price: 0.075 })).toEqual([{ path: 'price', code: 'multipleOf', message }]);
  });

  it('sees own properties alone', () => {
    const validate = validator({ required: ['constructor', 'toString', '__proto__'] });
    expect(validate({})).toHaveLength(3);
    expect(validate(JSON.parse('{"constructor":1,"toString":1,"__proto__":1}'))).toEqual([]);
  });

  it.each([
    ['date-time', '2024-02-30T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['email', 'nobody', 'ada@example.com'],
    ['uri', 'no uri', 'https://example.com/a?b'],
    ['uuid', '123', '0190b0a0-0000-7000-8000-000000000000'],
  ])('enforces the format %s', (format, bad, good) => {
    const validate = validator({ format });
    expect([validate(bad).length, validate(good)]).toEqual([1, []]);
  });

  const manyTimes = (part: object) => ({ allOf: Array.from({ length: 900 }, () => part) });
  const ones = (length: number) => Array.from({ length }, () => 1);

  it.each<[string, object, unknown]>([
    [
      'patterns, each of which runs in linear time',
      { items: { allOf: Array.from({ length: 60 }, (_, n) => ({ pattern: `(a?){100}(b|a){0,${n}}z` })) } },
      Array.from({ length: 50 }, () => `${'a'.repeat(999)}z`),
    ],
    ['lengths of a text', manyTimes({ maxLength: 900_000 }), 'x'.repeat(800_000)],
    [
      'items that are there once',
      manyTimes({ uniqueItems: true }),
      Array.from({ length: 20_000 }, (_, n) => n),
    ],
    ['subschemas of each item', { items: manyTimes({ minimum: 0 }) }, ones(100_000)],
    [
      'alternatives of each item',
      { items: { anyOf: [...manyTimes({ type: 'string' }).allOf, {}] } },
      ones(100_000),
    ],
  ])('is not asked for longer than any event is worth: %s', (_what, schema, value) => {
    expect(validator(schema)(value)).toEqual([
      { path: '', code: 'too_costly', message: expect.stringContaining('3 million steps') },
    ]);
  });

  it.each<[string, object, unknown, string]>([
    ['each item', { items: manyTimes({ type: 'string' }) }, ones(100_000), '0 type'],
    [
      'each missing name',
      { items: { required: Array.from({ length: 6_000 }, (_, n) => `k${n}`) } },
      Array.from({ length: 50_000 }, () => ({})),
      '0.k0 required',
    ],
    [
      'each name too many',
      { items: { additionalProperties: false } },
      Array.from({ length: 20 }, () =>
        Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n])),
      ),
      '0.k0 additionalProperties',
    ],
  ])(
    'tells the first fault alone where there may be too many to remember: of %s',
    (_what, schema, value, fault) => {
      expect(validator(schema)(value).map(({ path, code }) => `${path} ${code}`)).toEqual([fault]);
    },
  );

  it('finds items that are there twice, among many', () => {
    const validate = validator({ uniqueItems: true });
    const many = Array.from({ length: 50_000 }, (_, n) => ({ n, m: 1 }));
    expect(validate(many)).toEqual([]);
    expect(validate([...many, { m: 1, n: 7 }])).toMatchObject([{ code: 'uniqueItems' }]);
  });

  it.each<[string, object, string]>([
    ['a misspelt keyword', { propertis: {} }, 'schema invalid_schema'],
    ['a keyword of our own', { postelSteps: -1 }, 'schema.postelSteps unsupported_keyword'],
    ['an unknown type', { properties: { a: { type: 'text' } } }, 'schema.properties.a.type enum'],
    ['an unknown format', { format: 'datetime' }, 'schema invalid_schema'],
    [
      'another draft',
      { $schema: 'http://json-schema.org/draft-07/schema#' },
      'schema.$schema unsupported_draft',
    ],
    ['items of another draft', { items: [{}] }, 'schema.items invalid_type'],
    ['a reference to somewhere else', { $ref: 'https://example.com/x.json' }, 'schema.$ref remote_reference'],
    ['a reference to nothing', { $ref: '#/$defs/x' }, 'schema.$ref missing_reference'],
    [
      'a schema in itself',
      { $defs: { a: { items: { $ref: '#/$defs/a' } } }, $ref: '#/$defs/a' },
      'schema.$ref.items.$ref recursive_reference',
    ],
    ['lookahead', { pattern: '(?=a)' }, 'schema.pattern unsupported_pattern'],
    [
      'a name pattern with a reference',
      { patternProperties: { '(a)\\1': {} } },
      'schema.patternProperties.(a)\\1 unsupported_pattern',
    ],
    ['too many values', { enum: Array.from({ length: 501 }, (_, n) => n) }, 'schema.enum too_large'],
    ['too large a schema', { description: 'x'.repeat(70_000) }, 'schema too_large'],
    ['a dynamic reference', { $dynamicRef: '#x' }, 'schema.$dynamicRef unsupported_keyword'],
    [
      'a name that is no property',
      JSON.parse('{"properties":{"__proto__":{}}}'),
      'schema.properties unsupported_keyword',
    ],
  ])('is refused with %s', (_what, schema, fault) => {
    expect(faultsOf(schema)).toContain(fault);
  });

  it('is refused where references multiply', () => {
    const twice = (name: string) => ({ anyOf: [{ $ref: `#/$defs/${name}` }, { $ref: `#/$defs/${name}` }] });
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`d${n}`, n === 39 ? { type: 'string' } : twice(`d${n + 1}`)]),
    );
    expect(faultsOf({ $defs, ...twice('d0') })[0]).toMatch(/too_large$/);
  });

  it('is refused when it is deeper than anyone reads', () => {
    let schema: object = {};
    for (let depth = 0; depth < 5_000; depth++) schema = { not: schema };
    expect(faultsOf(schema)).toEqual(['schema nested_too_deeply']);
  });

  it('may have a name, and definitions that nobody uses', () => {
    expect(
      faultsOf({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: 'https://example.com/order',
        title: 'Order',
        $defs: { a: { type: 'string' } },
        properties: { a: { $ref: '#/$defs/a', description: 'x', example: 'y' } },
      }),
    ).toEqual([]);
  });
});
