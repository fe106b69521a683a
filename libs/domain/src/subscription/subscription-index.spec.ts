import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventView } from './event-view.js';
import { anEvent, aFilter, naivelyMatches } from './filter.fixture.js';
import { channelsMatch, compileFilters } from './filters.js';
import { SubscriptionIndex, type Subscription } from './subscription-index.js';

const types = ['a.b', 'a.c', 'a.b.c', 'a.b.c.d', 'ab.c', 'b.a'];
const filter = fc.constantFrom('*', 'a.*', 'a.b.*', 'a.b.c.*', 'ab.*', 'b.*', ...types);
const channels = fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 });

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

const noEvent = (): EventView => {
  throw new Error('the event was looked at, and nobody has a filter');
};

describe('SubscriptionIndex', () => {
  it('finds what the filters say, after any additions, changes and removals', () => {
    const step = fc.record({
      id: fc.constantFrom('ep_1', 'ep_2', 'ep_3', 'ep_A', 'ep_a'),
      endpoint: fc.option(
        fc.record({
          events: fc.array(filter, { minLength: 1, maxLength: 4 }),
          channels,
          filter: fc.option(aFilter, { freq: 3 }),
        }),
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), channels, anEvent, (steps, eventChannels, event) => {
        const index = new SubscriptionIndex();
        const model = new Map<string, Subscription>();
        for (const { id, endpoint } of steps) {
          const previous = model.get(id);
          if (previous) index.remove(id, previous);
          if (endpoint) index.add(id, endpoint);
          if (endpoint) model.set(id, endpoint);
          else model.delete(id);
        }
        for (const type of types) {
          const expected = [...model]
            .filter(
              ([, wanted]) =>
                compileFilters(wanted.events)(type) &&
                channelsMatch(wanted.channels, eventChannels) &&
                (!wanted.filter || naivelyMatches(wanted.filter, event)),
            )
            .map(([id]) => id)
            .sort();
          const view = new EventView(JSON.stringify(event));
          expect(index.match(type, eventChannels, () => view)).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('holds nothing of what was removed', () => {
    fc.assert(
      fc.property(fc.array(aFilter, { maxLength: 10 }), (filters) => {
        const index = new SubscriptionIndex();
        const subscriptions = filters.map((filter) => ({
          events: ['a.*', 'b.a'],
          channels: ['x', 'x'],
          filter,
        }));
        subscriptions.forEach((subscription, n) => index.add(`ep_${n}`, subscription));
        subscriptions.forEach((subscription, n) => index.remove(`ep_${n}`, subscription));
        expect(index).toEqual(new SubscriptionIndex());
      }),
    );
  });

  it('does not look at an event that no filter asks about', () => {
    const index = new SubscriptionIndex();
    index.add('ep_1', { events: ['*'], channels: [], filter: null });
    index.add('ep_2', { events: ['b.a'], channels: [], filter: { 'data.object.a': 1 } });
    index.add('ep_3', { events: ['*'], channels: ['x'], filter: { 'data.object.a': 1 } });
    expect(index.match('a.b', [], noEvent)).toEqual(['ep_1']);
  });

  it('asks only those whose value the event has', () => {
    const index = new SubscriptionIndex();
    for (let n = 0; n < 1_000; n++) {
      const filter = { 'data.object.customer': `cus_${n}`, [`data.object.only_${n}`]: { exists: false } };
      index.add(`ep_${n}`, { events: ['a.b'], channels: [], filter });
    }
    const asked = new Set<string>();
    class Watched extends EventView {
      override at(path: string, segments: readonly string[]) {
        asked.add(path);
        return super.at(path, segments);
      }
    }
    const view = new Watched('{"data":{"object":{"customer":"cus_7"}}}');
    expect(index.match('a.b', [], () => view)).toEqual(['ep_7']);
    expect([...asked]).toEqual(['data.object.customer', 'data.object.only_7']);
  });

  it('gives a result of its own, whatever is done with it', () => {
    const index = new SubscriptionIndex();
    index.add('ep_1', { events: ['*'], channels: [], filter: null });
    index.match('a.b', [], noEvent).pop();
    expect(index.match('a.b', [], noEvent)).toEqual(['ep_1']);
  });
});
