import { describe, expect, it } from '@jest/globals';
import { filterFaults, type EventFilter } from '@postel/contracts';
import fc from 'fast-check';
import { CompiledFilter } from './compile-filter.js';
import { EventView } from './event-view.js';
import { explainFilter } from './explain-filter.js';
import { aFilter, anEvent, naivelyMatches } from './filter.fixture.js';

const event = `{ "id": "evt_1", "type": "order.created", "created": 1702987200, "apiVersion": "2024-01-01",
  "data": { "object": {
    "id": 12345678901234567890, "amount": 9999, "rate": 1.50, "status": "paid", "note": null, "express": true,
    "tags": ["vip", "eu"], "none": [], "items": [{ "sku": "a", "price": 5 }, { "sku": "b", "price": 50 }, [{ "sku": "c" }]],
    "a.b": 1, "back\\\\slash": 1, "__proto__": { "x": 1 }, "huge": 1e400, "twice": 1, "twice": 2, "\\u006bey": "\\u0061"
  }, "previousAttributes": { "status": "pending" } },
  "relatedObjects": { "customer": { "id": "cus_1" } } }`;

function matches(filter: EventFilter): boolean {
  expect(filterFaults(filter)).toEqual([]);
  const holds = new CompiledFilter(filter).matches(new EventView(event));
  expect(explainFilter(filter, new EventView(event)).length === 0).toBe(holds);
  return holds;
}
const object = (path: string, condition: EventFilter[string]) =>
  matches({ [`data.object.${path}`]: condition });

describe('a filter', () => {
  it('reads every part of the stored event', () => {
    expect(matches({ type: 'order.created', created: { gte: 1702987200 }, id: { prefix: 'evt_' } })).toBe(
      true,
    );
    expect(matches({ 'data.previousAttributes.status': 'pending' })).toBe(true);
    expect(matches({ 'relatedObjects.customer.id': { in: ['cus_0', 'cus_1'] } })).toBe(true);
    expect(matches({ 'data.object.amount': { gt: 100, lte: 9999 }, 'data.object.status': 'open' })).toBe(
      false,
    );
    expect(matches({})).toBe(true);
  });

  it.each<[string, EventFilter[string], boolean]>([
    ['amount', { eq: 9999 }, true],
    ['amount', { eq: 9999.5 }, false],
    ['amount', { gt: 9999 }, false],
    ['amount', { lt: 10_000 }, true],
    ['amount', '9999', false],
    ['amount', { gt: '1' }, false],
    ['amount', { prefix: '9' }, false],
    ['status', { gte: 'paid', lt: 'paie' }, true],
    ['status', { gt: 0 }, false],
    ['status', { prefix: 'pa' }, true],
    ['rate', 1.5, true],
    ['note', null, true],
    ['note', { exists: true }, true],
    ['note', { ne: null }, false],
    ['express', true, true],
    ['express', 'true', false],
    ['express', 1, false],
    ['huge', { gt: { number: '9'.repeat(300) } }, true],
    ['twice', 2, true],
    ['twice', 1, false],
    ['key', 'a', true],
  ])('compares without coercion: %s %j', (path, condition, expected) => {
    expect(object(path, condition)).toBe(expected);
  });

  it('is false of what is missing, but for exists: false and ne', () => {
    for (const condition of [
      null,
      '',
      0,
      { in: [null] },
      { gt: 0 },
      { lte: 'x' },
      { prefix: 'a' },
      { exists: true },
    ]) {
      expect(object('missing', condition)).toBe(false);
      expect(object('amount.missing', condition)).toBe(false);
    }
    for (const condition of [{ ne: 1 }, { ne: null }, { exists: false }])
      expect(object('missing', condition)).toBe(true);
  });

  it('compares whole numbers beyond 2^53 digit by digit', () => {
    expect(object('id', { eq: { number: '12345678901234567890' } })).toBe(true);
    expect(object('id', { eq: { number: '12345678901234567891' } })).toBe(false);
    expect(
      object('id', { in: [{ number: '12345678901234567891' }, { number: '12345678901234567890' }] }),
    ).toBe(true);
    expect(object('id', { gt: { number: '12345678901234567889' } })).toBe(true);
    expect(object('id', { gt: 9e15 })).toBe(true);
    expect(object('amount', { eq: { number: '9999' } })).toBe(true);
  });

  it('holds of an array when it holds of one item, the same for all operators', () => {
    expect(object('tags', 'eu')).toBe(true);
    expect(object('tags', { ne: 'eu' })).toBe(false);
    expect(object('items.sku', { in: ['b', 'x'] })).toBe(true);
    expect(object('items.sku', 'c')).toBe(true);
    expect(object('items.price', { gt: 5, lt: 50 })).toBe(false);
    expect(object('items.price', { gte: 5, lt: 50 })).toBe(true);
    expect(object('none', { exists: true })).toBe(true);
    expect(object('none.x', { exists: true })).toBe(false);
    expect(object('items.0.sku', { exists: true })).toBe(false);
  });

  it('finds keys with dots and backslashes, and those that mean something to JavaScript', () => {
    expect(object('a\\.b', 1)).toBe(true);
    expect(object('a.b', { exists: false })).toBe(true);
    expect(object('back\\\\slash', 1)).toBe(true);
    expect(object('__proto__.x', 1)).toBe(true);
    for (const path of ['constructor', 'toString', '__proto__.__proto__', 'status.length', 'tags.length']) {
      expect(object(path, { exists: false })).toBe(true);
    }
  });

  it('combines with all, any and not', () => {
    const paid = { 'data.object.status': 'paid' };
    const dear = { 'data.object.amount': { gt: 10_000 } };
    expect(matches({ any: [dear, paid] })).toBe(true);
    expect(matches({ all: [dear, paid] })).toBe(false);
    expect(matches({ not: dear })).toBe(true);
    expect(matches({ not: { ...paid, ...dear } })).toBe(true);
    expect(matches({ any: [{ all: [paid, { not: dear }] }], type: 'order.created' })).toBe(true);
  });

  it('means what it says, of any event', () => {
    fc.assert(
      fc.property(aFilter, anEvent, (filter, event) => {
        expect(filterFaults(filter)).toEqual([]);
        const view = new EventView(JSON.stringify(event));
        const expected = naivelyMatches(filter, event);
        expect(new CompiledFilter(filter).matches(view)).toBe(expected);
        expect(explainFilter(filter, view).length === 0).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('explainFilter', () => {
  const failures = (filter: EventFilter) => explainFilter(filter, new EventView(event));

  it('names each condition that does not hold, and what the event has', () => {
    expect(
      failures({ type: 'order.created', 'data.object.amount': { gt: 10_000 }, 'data.object.x': 1 }),
    ).toEqual([
      { path: 'data.object.amount', message: 'must be {"gt":10000}; the event has 9999' },
      { path: 'data.object.x', message: 'must be {"eq":1}; the event has nothing there' },
    ]);
    expect(failures({ 'data.object.tags': 'us', 'data.object': 1, 'data.object.id': 1 })).toEqual([
      { path: 'data.object.tags', message: 'must be {"eq":"us"}; the event has "vip", "eu"' },
      { path: 'data.object', message: 'must be {"eq":1}; the event has an object or an empty array there' },
      { path: 'data.object.id', message: 'must be {"eq":1}; the event has 12345678901234567890' },
    ]);
  });

  it('explains any and not', () => {
    expect(failures({ any: [{ type: 'a.b' }, { created: 1, 'data.object.amount': 9999 }] })).toEqual([
      {
        path: 'any',
        message:
          'none of it holds: type: must be {"eq":"a.b"}; the event has "order.created"; created: must be {"eq":1}; the event has 1702987200',
      },
    ]);
    expect(failures({ not: { type: 'order.created' } })).toEqual([
      { path: 'not', message: 'everything in it holds' },
    ]);
  });
});
