import { expect, it } from '@jest/globals';
import type { AttemptRecord, DeliveryFact, DeliveryMeta, RetryPolicy } from '@postel/contracts';
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

async function attemptsCounted(meters: ReturnType<typeof createMeters>): Promise<Record<string, number>> {
  const { values } = await meters.attempts.get();
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}

it('counts attempts from 0: the first of a series that was not there is no increase', async () => {
  const meters = createMeters({ processMetrics: false });
  new AttemptMeters(meters, createLogger('test', 'silent'));
  expect(await attemptsCounted(meters)).toEqual({
    'succeeded 2xx': 0,
    'retry 3xx': 0,
    'retry 4xx': 0,
    'retry 5xx': 0,
    'retry error': 0,
    'dead 3xx': 0,
    'dead 4xx': 0,
    'dead 5xx': 0,
    'dead error': 0,
  });
});

it.each([99, 600, 999])('lets no receiver make a class of its own by answering %i', async (status) => {
  const meters = createMeters({ processMetrics: false });
  const counting = new AttemptMeters(meters, createLogger('test', 'silent'));
  const classes = Object.keys(await attemptsCounted(meters));
  const response = { status, headers: {}, body: '', truncated: false };
  const attempt = { durationMs: 1, outcome: 'dead', response, request: { url: '', headers: {} } };
  const fact = {
    fact: 'delivery.died',
    reason: 'non_retryable',
    attempt: attempt as unknown as AttemptRecord,
  };
  counting.count(fact as DeliveryFact, { meta });
  counting.tell(); // or it would in a minute, when another test runs
  const counted = await attemptsCounted(meters);
  expect(Object.keys(counted)).toEqual(classes);
  expect(counted['dead 5xx']).toBe(1);
});
