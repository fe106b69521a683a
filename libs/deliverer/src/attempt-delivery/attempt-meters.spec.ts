import { expect, it } from '@jest/globals';
import type { DeliveryFact, DeliveryMeta, RetryPolicy } from '@postel/contracts';
import { maxAttempts, nextRetryDelayMs } from '@postel/domain';
import { createLogger, createMeters, type Logger } from '@postel/telemetry';
import { AttemptMeters, type TracedPassage } from './attempt-meters.js';
import { traceparentOf } from './traceparent.js';

const [trace, hopSpan, attemptSpan] = ['a'.repeat(32), 'b'.repeat(16), 'c'.repeat(16)];
const meta = { deliveryId: 'dlv_1', eventId: 'evt_1', eventSeq: 1, attemptsMade: 1 } as DeliveryMeta;
const traced = { traceparent: `00-${trace}-${hopSpan}-00` };

/** The fields of the line that tie it to a trace. */
function placeIn(passage: TracedPassage, sent?: string): object {
  const lines: object[] = [];
  const logger = {
    child: () => logger,
    isLevelEnabled: () => true,
    debug: (fields: object) => lines.push(fields),
    info: () => undefined,
  } as unknown as Logger;
  const attempt = sent && { durationMs: 1, outcome: 'retry', request: { headers: { traceparent: sent } } };
  const fact = { fact: 'delivery.deferred', hop: 2, ...(attempt ? { attempt } : {}) };
  const meters = new AttemptMeters(createMeters({ processMetrics: false }), logger);
  meters.count(fact as DeliveryFact, passage);
  meters.tell(); // or it would in a minute, when another test runs
  const { trace_id, span_id } = lines[0] as { trace_id?: string; span_id?: string };
  return { trace_id, span_id };
}

it('names the span that the receiver was sent', () => {
  const place = placeIn({ meta, traced }, `00-${trace}-${attemptSpan}-01`);
  expect(place).toEqual({ trace_id: trace, span_id: attemptSpan });
});

it('names the passage where nothing was sent', () => {
  expect(placeIn({ meta, traced })).toEqual({ trace_id: trace, span_id: hopSpan });
});

it('names without tracing the trace alone: the producer’s, or the one that Postel makes of the event', () => {
  const fromProducer = { ...meta, traceparent: `00-${trace}-${hopSpan}-01` };
  expect(placeIn({ meta: fromProducer })).toEqual({ trace_id: trace, span_id: undefined });
  const made = traceparentOf(meta, 2);
  const expected = { trace_id: made.slice(3, 35), span_id: undefined };
  expect(placeIn({ meta }, made)).toEqual(expected);
  expect(placeIn({ meta })).toEqual(expected);
});

it('measures how late the last attempt of the preset for production succeeded', async () => {
  const policy: RetryPolicy = { preset: 'standard-webhooks' };
  let lateMs = 0;
  for (let attemptsMade = 1; attemptsMade < maxAttempts(policy); attemptsMade++)
    lateMs += nextRetryDelayMs(policy, { attemptsMade, random: 0 }) ?? 0;
  const meters = createMeters({ processMetrics: false });
  const fact = { fact: 'delivery.succeeded', acceptedAtMs: 0, atMs: lateMs } as DeliveryFact;
  new AttemptMeters(meters, createLogger('test', 'silent')).count(fact, { meta });
  const buckets = (await meters.deliveryLatency.get()).values.filter(({ labels }) => 'le' in labels);
  const bounds = buckets.filter(({ value }) => value === 1).map(({ labels }) => labels.le);
  expect(bounds).not.toEqual(['+Inf']);
});
