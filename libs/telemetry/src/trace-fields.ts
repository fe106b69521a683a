import { readTraceparent } from '@postel/contracts';
import type { WorkSpan } from './tracing/tracing.js';

/** Fields of a log line, in the names that log systems know. */
export interface TraceFields {
  readonly trace_id?: string;
  readonly span_id?: string;
}

/**
 * What ties the line of a unit of work to a trace.
 * @param span of this work, while tracing is on: recorded or not, so that what others record of the trace is found
 * @param sent without one: the `traceparent` with which the work came. The trace is then all that there is to name, the
 * span in it is somebody else's
 */
export function traceFields(span: Pick<WorkSpan, 'traceparent'> | undefined, sent?: unknown): TraceFields {
  const context = readTraceparent(span ? span.traceparent : sent);
  if (!context) return {};
  return span ? { trace_id: context.traceId, span_id: context.spanId } : { trace_id: context.traceId };
}
