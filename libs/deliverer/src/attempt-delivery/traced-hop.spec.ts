import { expect, it } from '@jest/globals';
import type { AttemptRecord, DeliveryMeta } from '@postel/contracts';
import type { SpanEnd, SpanStart, Tracing, WorkSpan } from '@postel/telemetry';
import { endAttempt, TracedHop } from './traced-hop.js';

const traceparentAt = (spanDigit: string, flag = '01') =>
  `00-${'a'.repeat(32)}-${spanDigit.repeat(16)}-${flag}`;

const meta: DeliveryMeta = {
  deliveryId: 'dlv_1',
  endpointId: 'ep_1',
  tenant: 'default',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'order.created',
  acceptedAtMs: 0,
  hop: 2,
  attemptsMade: 1,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
  traceparent: traceparentAt('b'),
  formerAttempt: traceparentAt('c'),
};

function tracingThat(isRecorded: boolean) {
  const begun: SpanStart[] = [];
  const ended: SpanEnd[] = [];
  const begin = (start: SpanStart): WorkSpan => ({
    traceparent: traceparentAt(String(begun.push(start)), isRecorded ? '01' : '00'),
    isRecorded,
    end: (end = {}) => void ended.push(end),
  });
  const tracing: Tracing = { begin, messagingThrough: () => undefined, stop: () => Promise.resolve() };
  const hopOf = (of: DeliveryMeta) =>
    TracedHop.begin(tracing, { meta: of, lane: 'retry', partition: 3 }) as TracedHop;
  return { begun, ended, hopOf };
}

it('belongs to the fan-out, and its attempt links to the one before', () => {
  const { begun, hopOf } = tracingThat(true);
  const hop = hopOf(meta);
  const attempt = hop.attempt();
  expect(begun).toEqual([
    { name: 'process DELIVERIES', kind: 'consumer', parent: meta.traceparent },
    { name: 'POST', kind: 'client', parent: traceparentAt('1'), link: meta.formerAttempt },
  ]);
  expect(attempt.traceparent).toBe(traceparentAt('2'));
  expect(hop.meta).toBe(meta);
});

it('hands on a trace that is not recorded without a span for the attempt', () => {
  const { begun, ended, hopOf } = tracingThat(false);
  const hop = hopOf(meta);
  expect(hop.attempt().traceparent).toBe(traceparentAt('1', '00'));
  hop.failed();
  expect(begun).toHaveLength(1);
  expect(ended).toEqual([]);
});

it('begins the trace of a delivery that is in none, and its later hops stay in it', () => {
  const { traceparent: _none, formerAttempt: _neither, ...bare } = meta;
  expect(tracingThat(true).hopOf(bare).meta.traceparent).toBe(traceparentAt('1'));
});

it('shows where an attempt went without what may open the door there', () => {
  const { ended, hopOf } = tracingThat(true);
  const request = {
    url: 'https://user:word@example.com/hooks/a?token=secret&b=1#c',
    headers: { authorization: 'secret' },
    body: new Uint8Array(),
    timeoutMs: 1,
  };
  const attempt = { attemptId: 'att_1', number: 2, error: { code: 'timeout', message: 'secret' } };
  endAttempt(hopOf(meta).attempt(), meta, request, attempt as unknown as AttemptRecord);
  expect(ended[0]).toMatchObject({
    error: 'timeout',
    attributes: {
      'url.full': 'https://example.com/hooks/a?REDACTED',
      'server.address': 'example.com',
      'server.port': 443,
      'http.request.resend_count': 1,
      'http.response.status_code': undefined,
    },
  });
  expect(JSON.stringify(ended)).not.toMatch(/secret|word/);
});
