import { expect, it } from '@jest/globals';
import { UnansweredPublishes } from './unanswered-publishes.js';

it('names a stream that answered no publish of the last minute, until it does', () => {
  let nowMs = 0;
  const publishes = new UnansweredPublishes(() => nowMs);
  publishes.timedOut('order.created', 5_000);
  publishes.timedOut('postel.log.default.event.unmatched', 5_000);
  publishes.timedOut('$JS.API.STREAM.INFO.EVENTS', 5_000);
  expect(publishes.silent(-5_000)).toEqual([]);
  publishes.timedOut('postel.ops.endpoint.disabled', 5_000);
  publishes.timedOut('postel.log.acme.event.fanned_out', 5_000);
  publishes.timedOut('postel.delivery.3.ep_1', 5_000);
  expect(publishes.silent(-5_000)).toEqual(['EVENTS', 'LOG']);
  publishes.stored('postel.log.default.delivery.died');
  expect(publishes.silent(-5_000)).toEqual(['EVENTS']);
  nowMs = 60_001;
  expect(publishes.silent(-5_000)).toEqual([]);
  publishes.timedOut('order.created', 5_000);
  expect(publishes.silent(-5_000)).toEqual(['EVENTS']);
  publishes.forget('EVENTS');
  publishes.timedOut('order.created', 5_000);
  expect(publishes.silent(-5_000)).toEqual([]);
  publishes.clear();

  publishes.timedOut('order.created', 5_000);
  publishes.timedOut('order.created', 5_000);
  // meanwhile the broker hung
  expect([publishes.silent(nowMs - 5_000), publishes.silent(nowMs - 4_999)]).toEqual([['EVENTS'], []]);
});

it('goes by nothing that was waited for only briefly', () => {
  const publishes = new UnansweredPublishes(() => 10_000);
  for (let n = 0; n < 3; n++) publishes.timedOut('postel.delivery.3._nudge', 1_000);
  expect(publishes.silent(0)).toEqual([]);
});

it('suspects a stream for which nobody answers, unless that is over as soon as an election is', () => {
  let nowMs = 0;
  const publishes = new UnansweredPublishes(() => nowMs);
  publishes.nobodyTookIt('order.created');
  publishes.nobodyTookIt('$JS.API.STREAM.INFO.LOG');
  nowMs = 9_999;
  publishes.nobodyTookIt('order.created');
  expect(publishes.silent(0)).toEqual([]);
  publishes.stored('order.updated');
  nowMs = 10_000;
  publishes.nobodyTookIt('order.created');
  expect(publishes.silent(0)).toEqual([]);
  nowMs = 20_000;
  publishes.nobodyTookIt('order.created');
  expect([publishes.silent(20_000), publishes.silent(20_001)]).toEqual([['EVENTS'], []]);
});
