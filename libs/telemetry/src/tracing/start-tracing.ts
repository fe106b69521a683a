import type { Logger } from '../logger.js';
import type { Tracing } from './tracing.js';

type Protocol = 'http/protobuf' | 'http/json';
type Compression = 'none' | 'gzip';
type Root = 'always_on' | 'always_off' | 'traceidratio';

/** What an operator has set of OpenTelemetry's variables; `null` for what is left to its defaults. */
export interface TracingSettings {
  readonly disabled: boolean;
  readonly exporter: 'otlp' | 'none' | null;
  readonly endpoint: string | null;
  readonly tracesEndpoint: string | null;
  readonly protocol: Protocol | null;
  readonly tracesProtocol: Protocol | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly tracesHeaders: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  readonly tracesTimeoutMs: number | null;
  readonly compression: Compression | null;
  readonly tracesCompression: Compression | null;
  readonly serviceName: string | undefined;
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: Root | `parentbased_${Root}` | null;
  readonly ratio: number | null;
  readonly batchDelayMs: number | null;
  readonly batchTimeoutMs: number | null;
  readonly queueSize: number | null;
  readonly batchSize: number | null;
}

export interface TracedProcess {
  /** What it is called where `OTEL_SERVICE_NAME` does not say. */
  readonly serviceName: string;
  readonly version: string;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

/** @returns `null` when tracing is off: then nothing of the SDK is even loaded */
export async function startTracing(
  settings: TracingSettings,
  process: TracedProcess,
): Promise<Tracing | null> {
  if (!isOn(settings)) return null;
  const { OtelTracing } = await import('./otel-tracing.js');
  return OtelTracing.start(settings, process);
}

/** Off unless somebody asks for it: with a name of an exporter, or with where one is. */
function isOn({ disabled, exporter, endpoint, tracesEndpoint }: TracingSettings): boolean {
  if (disabled || exporter === 'none') return false;
  return exporter === 'otlp' || endpoint !== null || tracesEndpoint !== null;
}
