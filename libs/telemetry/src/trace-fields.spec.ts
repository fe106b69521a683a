import { expect, it } from '@jest/globals';
import { traceFields } from './trace-fields.js';

const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
const span = { traceparent: `00-${traceId}-${spanId}-00` };
const sent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

it('names the span of the work and its trace, whatever the work came with', () => {
  expect(traceFields(span, sent)).toEqual({ trace_id: traceId, span_id: spanId });
});

it('names without a span the trace that the work came with, but not the span of whoever sent it', () => {
  expect(traceFields(undefined, sent)).toEqual({ trace_id: 'a'.repeat(32) });
});

it.each([undefined, 'nonsense', [sent], `00-${'0'.repeat(32)}-${spanId}-01`])(
  'names nothing for %p',
  (none) => {
    expect(traceFields(undefined, none)).toEqual({});
  },
);
