import { describe, expect, it } from '@jest/globals';
import { bodyOf, formOf } from './type-form.js';

const empty = formOf(undefined);
const version = { name: 'flat', description: '', transform: 'data.object', schema: null };

describe('the form of an event type', () => {
  it('takes JSON, and keeps the versions that it does not show', () => {
    const form = { ...empty, name: 'order.created', schema: '{"type":"object"}', examples: '[{"id":1}]' };
    expect(bodyOf(form, [version])).toEqual({
      body: {
        description: '',
        deprecated: false,
        schema: { type: 'object' },
        examples: [{ id: 1 }],
        versions: [version],
      },
    });
  });

  it('left empty has no schema and no examples', () => {
    expect(bodyOf({ ...empty, name: 'a.b' }, [])).toMatchObject({ body: { schema: null, examples: [] } });
  });

  it('says at the field what is no JSON, or another one than wanted', () => {
    const answer = bodyOf({ ...empty, schema: '{', examples: '{"id":1}' }, []);
    expect(answer).toEqual({
      faults: {
        name: expect.any(String),
        schema: expect.stringMatching(/^This is no JSON/),
        examples: expect.stringContaining('a list'),
      },
    });
  });

  it('shows a type as it is', () => {
    const form = formOf({
      name: 'a.b',
      description: 'd',
      deprecated: true,
      schema: { type: 'object' },
      examples: [{ id: 1 }],
      versions: [],
      origin: 'declared',
      createdAt: null,
      updatedAt: null,
    });
    expect(bodyOf(form, [])).toMatchObject({
      body: { description: 'd', deprecated: true, schema: { type: 'object' }, examples: [{ id: 1 }] },
    });
  });
});
