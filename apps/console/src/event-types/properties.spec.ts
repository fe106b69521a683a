import { describe, expect, it } from '@jest/globals';
import { propertiesOf } from './properties.js';

describe('the properties of a schema', () => {
  it('are told with those within them, in the order of the schema', () => {
    const properties = propertiesOf({
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'string', description: 'Of the order' },
        customer: {
          type: 'object',
          required: ['email'],
          properties: { email: { type: 'string', format: 'email' } },
        },
        lines: {
          type: 'array',
          items: { type: 'object', properties: { quantity: { type: 'integer', minimum: 1 } } },
        },
      },
    });
    expect(properties.map(({ path, depth, type, required }) => [path, depth, type, required])).toEqual([
      ['id', 0, 'string', true],
      ['customer', 0, 'object', false],
      ['customer.email', 1, 'string (email)', true],
      ['lines', 0, 'array of object', false],
      ['lines[].quantity', 1, 'integer', false],
    ]);
    expect(properties[0]?.description).toBe('Of the order');
    expect(properties[4]?.conditions).toEqual(['at least 1']);
  });

  it('say which values they may have', () => {
    const [currency, kind, note] = propertiesOf({
      properties: {
        currency: { enum: ['EUR', 'USD'] },
        kind: { const: 'card' },
        note: { type: ['string', 'null'] },
      },
    });
    expect(currency).toMatchObject({ type: 'value', conditions: ['one of "EUR", "USD"'] });
    expect(kind?.conditions).toEqual(['always "card"']);
    expect(note?.type).toBe('string or null');
  });

  it('of a schema that refers to itself end somewhere', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' }, name: { type: 'string' } } };
    const properties = propertiesOf({ $defs: { node }, properties: { first: { $ref: '#/$defs/node' } } });
    expect(properties[0]).toMatchObject({ path: 'first', type: 'object' });
    expect(properties.length).toBeLessThanOrEqual(200);
  });

  it('of what is no good schema are none, and nothing breaks', () => {
    expect(propertiesOf({ properties: [1, 2] })).toEqual([]);
    expect(propertiesOf({ properties: { a: true, b: null } })).toMatchObject([
      { type: 'anything' },
      { type: 'anything' },
    ]);
  });
});
