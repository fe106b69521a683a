import { describe, expect, it } from '@jest/globals';
import { createEndpointRequest } from './endpoint.js';
import { filterLimits } from './event-filter-faults.js';
import { parseFilterPath } from './event-filter-path.js';

/** Where the API says that something is wrong. */
function faultPaths(filter: unknown): string[] {
  const parsed = createEndpointRequest.safeParse({ url: 'https://example.com/', filter });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
}

const nested = (depth: number): object => (depth === 0 ? { type: 'a.b' } : { not: nested(depth - 1) });

describe('the filter of an endpoint', () => {
  it.each([
    [null],
    [{}],
    [{ type: 'order.created', created: { gte: 1 }, 'data.object.a\\.b': { in: ['x', 1, null, true] } }],
    [{ 'data.object.a': { gt: 1, lt: 'x', gte: { number: '12345678901234567890' } } }],
    [
      {
        all: [{ type: 'a.b' }],
        any: [{ type: 'a.b' }, { id: { exists: false } }],
        not: { type: { prefix: 'x' } },
      },
    ],
    [{ 'data.object.__proto__.constructor': 1 }],
    [nested(filterLimits.depth)],
  ])('may be %j', (filter) => {
    expect(faultPaths(filter)).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['no object', 'x', ['filter']],
    ['an array', [{ type: 'a.b' }], ['filter']],
    ['a path that is not of an event', { 'object.amount': 1 }, ['filter.object.amount']],
    ['an empty key', { 'data..x': 1 }, ['filter.data..x']],
    ['a lone backslash', { 'data.x\\y': 1 }, ['filter.data.x\\y']],
    [
      'a prototype',
      JSON.parse('{"__proto__":1,"constructor":{"eq":1}}'),
      ['filter.__proto__', 'filter.constructor'],
    ],
    ['an unknown operator', { type: { like: 'x' } }, ['filter.type.like']],
    ['an inherited operator', { type: { toString: 'x' } }, ['filter.type.toString']],
    ['no operator', { type: {} }, ['filter.type']],
    ['an array for a value', { type: ['a.b'] }, ['filter.type']],
    ['an object for a value', { type: { eq: { a: 1 } } }, ['filter.type.eq']],
    ['an order of booleans', { type: { gt: true, lte: null } }, ['filter.type.gt', 'filter.type.lte']],
    ['an empty in', { type: { in: [] } }, ['filter.type.in']],
    ['exists of a string', { type: { exists: 'yes' } }, ['filter.type.exists']],
    ['an empty prefix', { type: { prefix: '' } }, ['filter.type.prefix']],
    ['digits that were lost', { created: 2 ** 53, id: { in: [1e20] } }, ['filter.created', 'filter.id.in']],
    ['digits that are none', { id: { eq: { number: '1e20' } } }, ['filter.id.eq']],
    ['empty groups', { any: [], all: [{}], not: {} }, ['filter.any', 'filter.all.0', 'filter.not']],
    ['a group that is no filter', { all: { type: 'a.b' }, not: 'x' }, ['filter.all', 'filter.not']],
    ['depth', nested(filterLimits.depth + 1), [`filter${'.not'.repeat(filterLimits.depth + 1)}`]],
    ['great depth', nested(5_000), [`filter${'.not'.repeat(filterLimits.depth + 1)}`]],
    ['a long path', { [`data.${'x'.repeat(256)}`]: 1 }, [`filter.data.${'x'.repeat(256)}`]],
    ['a long string', { type: 'x'.repeat(1_025) }, ['filter.type']],
    ['many values', { type: { in: Array(201).fill('x') } }, ['filter.type.in']],
    ['many conditions', { any: Array(51).fill({ type: { prefix: 'a', ne: 'x' } }) }, ['filter']],
  ])('may not be %s', (_name, filter, paths) => {
    expect(faultPaths(filter)).toEqual(paths);
  });
});

describe('parseFilterPath', () => {
  it('splits at dots that are not escaped', () => {
    expect(parseFilterPath('data.object.a')).toEqual(['data', 'object', 'a']);
    expect(parseFilterPath('data.a\\.b.c\\\\.d')).toEqual(['data', 'a.b', 'c\\', 'd']);
    for (const path of ['', '.', 'a.', '.a', 'a..b', 'a\\', 'a\\b']) expect(parseFilterPath(path)).toBeNull();
  });
});
