import { expect } from '@jest/globals';
import type { CollectedSpan, ReceivedRequest, TraceCollector } from '@postel/testing';
import { eventually } from './eventually.js';

export function newContext() {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(Math.random() * 16).toString(16)).join('');
  const [traceId, spanId] = [`a${digits(31)}`, `b${digits(15)}`];
  const traceparent = `00-${traceId}-${spanId}-01`;
  return { traceId, spanId, traceparent, headers: { traceparent } };
}

export function contextOf({ headers }: ReceivedRequest) {
  const [, traceId, spanId, flags] = String(headers['traceparent']).split('-');
  return { traceId, spanId, flags };
}

export async function traceWith(
  collector: TraceCollector,
  traceId: string,
  isThere: (spans: readonly CollectedSpan[]) => boolean,
): Promise<readonly CollectedSpan[]> {
  return eventually(
    () => {
      const spans = collector.spans().filter((span) => span.traceId === traceId);
      return isThere(spans) ? spans : null;
    },
    `the trace ${traceId}`,
    { timeoutMs: 60_000 },
  );
}

export const isFanOut = ({ name, service }: CollectedSpan) =>
  name === 'process EVENTS' && service === 'postel-dispatcher';

export const isStoredFact = ({ name, service }: CollectedSpan) =>
  name === 'process LOG' && service === 'postel-metrics';
/** Processes export when they like: one may tell the end of a trace before another tells its middle. */
export const has = (counts: Readonly<Record<string, number>>) => (spans: readonly CollectedSpan[]) =>
  Object.entries(counts).every(
    ([name, count]) => spans.filter((span) => span.name === name).length === count,
  );
/** What fails once and is delivered then: both attempts, and that they stand in the tables. */
export const delivering = { 'process DELIVERIES': 2, POST: 2, 'process LOG': 2 };

export function byStart(a: CollectedSpan, b: CollectedSpan): number {
  return a.startedAtMs - b.startedAtMs;
}

export function attempts(spans: readonly CollectedSpan[]): CollectedSpan[] {
  return spans.filter(({ kind }) => kind === 'client').sort(byStart);
}

export function parentIn(
  spans: readonly CollectedSpan[],
  of: CollectedSpan | undefined,
): CollectedSpan | undefined {
  return spans.find(({ spanId }) => spanId === of?.parentSpanId);
}

export function endedAtMs({ startedAtMs, durationMs }: CollectedSpan): number {
  return startedAtMs + durationMs;
}

export function one(spans: readonly CollectedSpan[], name: string, service?: string): CollectedSpan {
  const found = spans.filter((span) => span.name === name && (service ?? span.service) === span.service);
  expect(found.map((span) => `${span.service}: ${span.name}`)).toHaveLength(1);
  return found[0] as CollectedSpan;
}
