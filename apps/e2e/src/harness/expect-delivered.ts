import { expect } from '@jest/globals';
import type { CollectedSpan, ReceivedRequest } from '@postel/testing';
import { attempts, byStart, contextOf, endedAtMs, isStoredFact, one } from './collected-traces.js';

/** The trace of an event that was delivered at the second attempt, from whichever door it came. */
export function expectDelivered(
  trace: readonly CollectedSpan[],
  about: { eventId: string; endpointId: string; publishedBy: string; requests: readonly ReceivedRequest[] },
): void {
  const { eventId, endpointId, publishedBy, requests } = about;
  const fannedOut = one(trace, 'process EVENTS', 'postel-dispatcher');
  expect(fannedOut).toMatchObject({
    kind: 'consumer',
    parentSpanId: publishedBy,
    isError: false,
    attributes: {
      'messaging.system': 'nats',
      'server.address': '127.0.0.1',
      'server.port': expect.any(Number),
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'EVENTS',
      'messaging.consumer.group.name': 'dispatcher',
      'postel.event.id': eventId,
      'postel.outcome': 'fanned_out',
      'postel.deliveries': 1,
    },
  });
  const hops = trace.filter(({ name }) => name === 'process DELIVERIES').sort(byStart);
  expect(hops).toMatchObject(
    ['deferred', 'succeeded'].map((outcome, index) => ({
      service: 'postel-deliverer',
      kind: 'consumer',
      parentSpanId: fannedOut.spanId,
      attributes: {
        'postel.outcome': outcome,
        'postel.hop': index + 1,
        'postel.lane': index === 0 ? 'delivery' : 'retry',
        'messaging.consumer.group.name': expect.stringMatching(/^deliverer-(delivery|retry)-\d$/),
        'messaging.message.id': expect.stringMatching(new RegExp(`^dlv_.+:${index + 1}$`)),
      },
    })),
  );
  const [first, second] = attempts(trace) as [CollectedSpan, CollectedSpan];
  const common = { name: 'POST', kind: 'client', service: 'postel-deliverer' };
  expect(first).toMatchObject({
    ...common,
    parentSpanId: hops[0]?.spanId,
    links: [],
    isError: true,
    attributes: {
      'http.request.method': 'POST',
      'http.response.status_code': 503,
      'error.type': '503',
      'url.full': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/hooks\?REDACTED$/),
      'server.address': '127.0.0.1',
      'postel.endpoint.id': endpointId,
      'postel.attempt.number': 1,
    },
  });
  expect(second).toMatchObject({
    ...common,
    parentSpanId: hops[1]?.spanId,
    links: [{ traceId: first.traceId, spanId: first.spanId }],
    isError: false,
    attributes: {
      'http.response.status_code': 200,
      'http.request.resend_count': 1,
      'postel.attempt.number': 2,
    },
  });
  // the receiver continues it
  expect(requests.map(contextOf)).toEqual(
    [first, second].map(({ traceId, spanId }) => ({ traceId, spanId, flags: '01' })),
  );
  expectNoSpanOfTheWait(trace, hops as [CollectedSpan, CollectedSpan]);
  const stored = trace.filter(isStoredFact).sort(byStart);
  expect(stored).toMatchObject(
    [first, second].map(({ spanId }, index) => ({
      service: 'postel-metrics',
      kind: 'consumer',
      parentSpanId: spanId,
      attributes: {
        'messaging.consumer.group.name': 'delivery-log',
        'postel.fact': index === 0 ? 'delivery.deferred' : 'delivery.succeeded',
      },
    })),
  );
  expect(one(trace, 'process EVENTS', 'postel-metrics')).toMatchObject({
    parentSpanId: publishedBy,
    attributes: { 'messaging.consumer.group.name': 'archive' },
  });
}

/** Between two passages there may lie days. What tables store is told when they get to it, so it is no part of this. */
function expectNoSpanOfTheWait(
  trace: readonly CollectedSpan[],
  [first, second]: readonly [CollectedSpan, CollectedSpan],
): void {
  const working = trace.filter(({ service }) => service !== 'postel-metrics');
  const overTheWait = working.filter(
    (span) => span.startedAtMs < endedAtMs(first) && endedAtMs(span) > second.startedAtMs,
  );
  expect(overTheWait.map(({ name, service }) => `${service}: ${name}`)).toEqual([]);
  expect(endedAtMs(first)).toBeLessThanOrEqual(second.startedAtMs);
}
