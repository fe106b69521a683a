import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { readTraceparent, traceparentOf } from '@postel/contracts';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { samplerOf } from './sampler-of.js';
import type { TracedProcess, TracingSettings } from './start-tracing.js';
import { TellingExporter } from './telling-exporter.js';
import type { SpanEnd, SpanStart, Tracing, WorkSpan } from './tracing.js';

const kinds: Readonly<Record<SpanStart['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** A process that ends has better to do than to wait for a collector. */
const lastExportMs = 2_000;
const defaultEndpoint = 'http://localhost:4318';

/** The SDK of OpenTelemetry. Contexts are handed on by hand: there is no other thing in the process that would need one. */
export class OtelTracing implements Tracing {
  private readonly tracer: Tracer;
  private messagingServer: () => string = () => '';

  private constructor(private readonly provider: TracerProvider) {
    this.tracer = provider.getTracer('postel');
  }

  static start(settings: TracingSettings, process: TracedProcess): OtelTracing {
    const exporter = new TellingExporter(exporterOf(settings), process.logger, process.nowMs);
    const { batchDelayMs, batchTimeoutMs, batchSize, queueSize } = settings;
    const processor = new BatchSpanProcessor({
      exporter,
      ...(batchDelayMs === null ? {} : { scheduledDelayMillis: batchDelayMs }),
      ...(batchTimeoutMs === null ? {} : { exportTimeoutMillis: batchTimeoutMs }),
      ...(batchSize === null ? {} : { maxExportBatchSize: batchSize }),
      ...(queueSize === null ? {} : { maxQueueSize: queueSize }),
    });
    const own = {
      'service.version': process.version,
      'service.instance.id': randomUUID(),
      ...settings.resource,
      'service.name': settings.serviceName ?? settings.resource['service.name'] ?? process.serviceName,
    };
    return new OtelTracing(
      new TracerProvider({
        sampler: samplerOf(settings),
        resource: defaultResource().merge(resourceFromAttributes(own)),
        spanProcessors: [processor],
      }),
    );
  }

  begin({ name, kind, parent, link, startedAtMs }: SpanStart): WorkSpan {
    const linked = spanContextOf(link);
    const span = this.tracer.startSpan(
      name,
      {
        kind: kinds[kind],
        ...(linked ? { links: [{ context: linked }] } : {}),
        ...(startedAtMs === undefined ? {} : { startTime: startedAtMs }),
      },
      contextOf(parent),
    );
    return new OtelSpan(span, this.messagingServer);
  }

  messagingThrough(server: () => string): void {
    this.messagingServer = server;
  }

  async stop(): Promise<void> {
    const patience = new AbortController();
    const late = delay(lastExportMs, undefined, { signal: patience.signal }).catch(() => undefined); // it was quick
    // what fails has been told by the exporter
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    patience.abort();
  }
}

class OtelSpan implements WorkSpan {
  readonly isRecorded: boolean;
  readonly traceparent: string;

  constructor(
    private readonly span: Span,
    private readonly messagingServer: () => string,
  ) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.isRecorded = span.isRecording();
    this.traceparent = traceparentOf({ traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 });
  }

  end({ attributes, error, endedAtMs }: SpanEnd = {}): void {
    if (!this.isRecorded) return;
    if (attributes) this.span.setAttributes(attributes);
    if (attributes?.['messaging.system']) this.span.setAttributes(serverOf(this.messagingServer()));
    if (error !== undefined) {
      this.span.setAttribute('error.type', error);
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end(endedAtMs);
  }
}

/** An IPv6 address has its brackets in `host:port` alone. */
function serverOf(hostAndPort: string): Attributes {
  const [, host, port] = /^(.+):(\d+)$/.exec(hostAndPort) ?? [];
  if (host === undefined) return {};
  return { 'server.address': host.replace(/^\[|\]$/g, ''), 'server.port': Number(port) };
}

function contextOf(traceparent: string | undefined): Context {
  const parent = spanContextOf(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

function spanContextOf(traceparent: string | undefined): SpanContext | null {
  const context = readTraceparent(traceparent);
  if (!context) return null;
  const { traceId, spanId, isSampled } = context;
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

function exporterOf(settings: TracingSettings): SpanExporter {
  const compression = settings.tracesCompression ?? settings.compression;
  const options = {
    url: settings.tracesEndpoint ?? `${(settings.endpoint ?? defaultEndpoint).replace(/\/+$/, '')}/v1/traces`,
    headers: { ...settings.headers, ...settings.tracesHeaders },
    timeoutMillis: settings.tracesTimeoutMs ?? settings.timeoutMs ?? 10_000,
    compression: compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
  };
  return (settings.tracesProtocol ?? settings.protocol) === 'http/json'
    ? new JsonExporter(options)
    : new ProtobufExporter(options);
}
