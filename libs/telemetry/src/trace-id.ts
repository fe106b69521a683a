const form = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
const none = '0'.repeat(32);

/** The field of a log line that ties it to a trace; nothing for a `traceparent` that is none (W3C Trace Context, 3.2). */
export function traceField(traceparent: string | undefined): { readonly trace_id?: string } {
  const [, traceId] = form.exec(traceparent ?? '') ?? [];
  return traceId === undefined || traceId === none ? {} : { trace_id: traceId };
}
