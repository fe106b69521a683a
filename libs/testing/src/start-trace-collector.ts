import { startReceiver, type ReceivedRequest } from './start-receiver.js';

/** A span as OTLP/JSON has it, with attributes as a plain object and the resource's name. */
export interface CollectedSpan {
  readonly service: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  readonly traceId: string;
  readonly spanId: string;
  /** `null` for the first of a trace. */
  readonly parentSpanId: string | null;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

export interface TraceCollector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`, with `OTEL_EXPORTER_OTLP_PROTOCOL=http/json`. */
  readonly url: string;
  /** As they came, whatever they are. */
  readonly requests: readonly ReceivedRequest[];
  spans(): readonly CollectedSpan[];
  close(): Promise<void>;
}

/** Takes traces by OTLP over HTTP with JSON, and keeps them. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
  const receiver = await startReceiver(() => answer);
  return {
    url: receiver.url,
    requests: receiver.requests,
    spans: () => receiver.requests.filter(({ path }) => path === '/v1/traces').flatMap(spansOf),
    close: () => receiver.close(),
  };
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[];
interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes?: OtlpAttributes;
  readonly status?: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}
interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpAttributes };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const errorCode = 2;

function spansOf({ rawBody }: ReceivedRequest): CollectedSpan[] {
  const { resourceSpans } = JSON.parse(rawBody.toString()) as OtlpTraces;
  return resourceSpans.flatMap(({ resource: { attributes }, scopeSpans }) => {
    const resource = plain(attributes);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(span, resource)));
  });
}

function spanOf(span: OtlpSpan, resource: Readonly<Record<string, unknown>>): CollectedSpan {
  const startedAtMs = Number(span.startTimeUnixNano) / 1e6;
  return {
    service: String(resource['service.name']),
    resource,
    name: span.name,
    kind: kinds[span.kind] ?? 'internal',
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? null,
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    attributes: plain(span.attributes ?? []),
    isError: span.status?.code === errorCode,
    startedAtMs,
    durationMs: Number(span.endTimeUnixNano) / 1e6 - startedAtMs,
  };
}

function plain(attributes: OtlpAttributes): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf({ stringValue, intValue, doubleValue, boolValue }: OtlpValue): unknown {
  return stringValue ?? doubleValue ?? boolValue ?? (intValue === undefined ? undefined : Number(intValue));
}
