import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channelsMatch, compileFilters } from './filters.js';
import { SubscriptionIndex } from './subscription-index.js';

const types = ['a.b', 'a.c', 'a.b.c', 'a.b.c.d', 'ab.c', 'b.a'];
const filter = fc.constantFrom('*', 'a.*', 'a.b.*', 'a.b.c.*', 'ab.*', 'b.*', ...types);
const channels = fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 });

interface Endpoint {
  readonly events: readonly string[];
  readonly channels: readonly string[];
}

describe('compileFilters', () => {
  it('reads exact types, prefixes at any depth, and *', () => {
    const matches = (events: string[], type: string) => compileFilters(events)(type);
    expect(matches(['order.created'], 'order.created')).toBe(true);
    expect(matches(['order.created'], 'order.created.late')).toBe(false);
    expect(matches(['order.*'], 'order.created.late')).toBe(true);
    expect(matches(['order.*'], 'orders.created')).toBe(false);
    expect(matches(['order.created.*'], 'order.created')).toBe(false);
    expect(matches(['payment.failed', '*'], 'order.created')).toBe(true);
    expect(matches([], 'order.created')).toBe(false);
  });
});

describe('channelsMatch', () => {
  it('lets an endpoint without channels take all, and others what overlaps', () => {
    expect(channelsMatch([], [])).toBe(true);
    expect(channelsMatch([], ['eu'])).toBe(true);
    expect(channelsMatch(['eu'], [])).toBe(false);
    expect(channelsMatch(['eu', 'us'], ['us', 'asia'])).toBe(true);
    expect(channelsMatch(['eu'], ['EU'])).toBe(false);
  });
});

describe('SubscriptionIndex', () => {
  it('finds what the filters say, after any additions, changes and removals', () => {
    const step = fc.record({
      id: fc.constantFrom('ep_1', 'ep_2', 'ep_3', 'ep_A', 'ep_a'),
      endpoint: fc.option(fc.record({ events: fc.array(filter, { minLength: 1, maxLength: 4 }), channels })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), channels, (steps, eventChannels) => {
        const index = new SubscriptionIndex();
        const model = new Map<string, Endpoint>();
        for (const { id, endpoint } of steps) {
          if (endpoint) index.add(id, endpoint.events, endpoint.channels);
          else index.remove(id);
          if (endpoint) model.set(id, endpoint);
          else model.delete(id);
        }
        expect(index.size).toBe(model.size);
        for (const type of types) {
          const expected = [...model]
            .filter(
              ([, { events, channels: own }]) =>
                compileFilters(events)(type) && channelsMatch(own, eventChannels),
            )
            .map(([id]) => id)
            .sort();
          expect(index.match(type, eventChannels)).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives a result of its own, whatever is done with it', () => {
    const index = new SubscriptionIndex();
    index.add('ep_1', ['*'], []);
    index.match('a.b', []).pop();
    expect(index.match('a.b', [])).toEqual(['ep_1']);
  });
});
