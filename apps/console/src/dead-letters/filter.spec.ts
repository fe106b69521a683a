import { describe, expect, it } from '@jest/globals';
import { filterOf } from './filter.js';
import { lastWords, textOf } from './reasons.js';

const nowMs = Date.parse('2026-11-28T12:00:00Z');

describe('the filter of dead letters', () => {
  it('asks for what stands in the address', () => {
    expect(
      filterOf({ reason: 'gone', endpointId: 'ep_1', type: 'order.created', since: '1h' }, nowMs),
    ).toEqual({
      reason: 'gone',
      endpointId: 'ep_1',
      type: 'order.created',
      since: '2026-11-28T11:00:00.000Z',
    });
  });

  it('leaves out what the API would refuse, so that an old link shows something', () => {
    expect(filterOf({ reason: 'toString', since: 'soon' }, nowMs)).toEqual({});
  });
});

describe('what an endpoint did last', () => {
  it('is the error, and where there is none the status', () => {
    expect(lastWords({ lastStatus: 500, lastError: null })).toBe('Answered 500');
    expect(
      lastWords({ lastStatus: null, lastError: { code: 'timeout', message: 'no answer in 10 s' } }),
    ).toBe('no answer in 10 s');
    expect(lastWords({ lastStatus: null, lastError: null })).toBeNull();
  });
});

it('reads the bytes of what was no event', () => {
  expect(textOf('eyJtw7xuY2hlbiI6')).toBe('{"münchen":');
});
