import { z } from 'zod';
import { setting } from './read-settings.js';
import { wholeNumber } from './whole-number.js';

/** OpenTelemetry's own words; what it defines and Postel does not have is a fault, not a silence. */
const word = <const Word extends string>(...words: readonly [Word, ...Word[]]) =>
  z
    .string()
    .optional()
    .transform((value, context): Word | null => {
      if (value === undefined) return null;
      const found = words.find((one) => one === value);
      if (found !== undefined) return found;
      context.addIssue(`must be one of ${words.join(', ')}, not "${value}"`);
      return z.NEVER;
    });

const ratio = z
  .string()
  .optional()
  .transform((value, context): number | null => {
    if (value === undefined) return null;
    const number = Number(value);
    if (value.trim() !== '' && number >= 0 && number <= 1) return number;
    context.addIssue(`must be a number from 0 to 1, not "${value}"`);
    return z.NEVER;
  });

/** The faults do not show the value: an address may hold a password. */
const httpUrl = z
  .string()
  .optional()
  .transform((value, context): string | null => {
    if (value === undefined) return null;
    if (/^https?:\/\/[^\s/]/i.test(value) && URL.canParse(value)) return value;
    context.addIssue('must be an address such as http://collector:4318');
    return z.NEVER;
  });

const flag = z
  .string()
  .optional()
  .transform((value, context): boolean => {
    if (value === undefined || /^false$/i.test(value)) return false;
    if (/^true$/i.test(value)) return true;
    context.addIssue(`must be true or false, not "${value}"`);
    return z.NEVER;
  });

/** `name=value,name=value`, percent-encoded (W3C Baggage). The faults do not show it. */
const pairs = z
  .string()
  .optional()
  .transform((value, context): Readonly<Record<string, string>> => {
    const read = pairsOf(value ?? '');
    if (read) return read;
    context.addIssue('must be name=value, comma-separated, with values percent-encoded');
    return z.NEVER;
  });

function pairsOf(text: string): Readonly<Record<string, string>> | null {
  const found: Record<string, string> = {};
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const [, name, value] = /^([^\s=;,]+)\s*=\s*([^,;]*)$/.exec(item) ?? [];
    if (name === undefined || value === undefined) return null;
    try {
      found[name] = decodeURIComponent(value.trim());
    } catch {
      return null;
    }
    // it becomes a header of a request
    if (/\p{Cc}/u.test(found[name])) return null;
  }
  return found;
}

const protocols = ['http/protobuf', 'http/json'] as const;
const compressions = ['none', 'gzip'] as const;

/** Of the SDK of OpenTelemetry, which reads none of them itself: so every fault is told at the start. */
export const tracingSettings = {
  disabled: setting('OTEL_SDK_DISABLED', flag, {
    description: '`true`: no traces, whatever else is set.',
    defaultText: 'false',
  }),
  exporter: setting('OTEL_TRACES_EXPORTER', word('otlp', 'none'), {
    description: 'Where traces go: `otlp`, to a collector; `none`.',
    defaultText: '`otlp` where an address is given, otherwise `none`',
  }),
  endpoint: setting('OTEL_EXPORTER_OTLP_ENDPOINT', httpUrl, {
    description: 'The collector; `/v1/traces` is added.',
    defaultText: 'http://localhost:4318 with `OTEL_TRACES_EXPORTER=otlp`',
  }),
  tracesEndpoint: setting('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', httpUrl, {
    description: 'The same for traces alone; nothing is added.',
  }),
  protocol: setting('OTEL_EXPORTER_OTLP_PROTOCOL', word(...protocols), {
    description: '`http/protobuf` or `http/json`. There is no gRPC.',
    defaultText: 'http/protobuf',
  }),
  tracesProtocol: setting('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', word(...protocols), {
    description: 'The same for traces alone.',
  }),
  headers: setting('OTEL_EXPORTER_OTLP_HEADERS', pairs, {
    description: 'Headers for the collector, as `name=value,name=value`.',
    secret: true,
  }),
  tracesHeaders: setting('OTEL_EXPORTER_OTLP_TRACES_HEADERS', pairs, {
    description: 'Further ones for traces alone.',
    secret: true,
  }),
  timeoutMs: setting('OTEL_EXPORTER_OTLP_TIMEOUT', wholeNumber(null, 1, 600_000), {
    description: 'How long a request to the collector may take, in milliseconds.',
    defaultText: '10000',
  }),
  tracesTimeoutMs: setting('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', wholeNumber(null, 1, 600_000), {
    description: 'The same for traces alone.',
  }),
  compression: setting('OTEL_EXPORTER_OTLP_COMPRESSION', word(...compressions), {
    description: '`gzip` or `none`.',
    defaultText: 'none',
  }),
  tracesCompression: setting('OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', word(...compressions), {
    description: 'The same for traces alone.',
  }),
  serviceName: setting('OTEL_SERVICE_NAME', z.string().optional(), {
    description: 'Of this process.',
    defaultText: '`postel-ingest`, `postel-dispatcher`, …; npm start: `postel`',
  }),
  resource: setting('OTEL_RESOURCE_ATTRIBUTES', pairs, {
    description: 'Attributes of this process, as `name=value,name=value`.',
  }),
  sampler: setting(
    'OTEL_TRACES_SAMPLER',
    word(
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ),
    {
      description:
        'Which traces are recorded. `parentbased_…`: those that the producer records, and of those that begin here as the rest of the name says.',
      defaultText: 'parentbased_always_on',
    },
  ),
  ratio: setting('OTEL_TRACES_SAMPLER_ARG', ratio, {
    description: 'For `traceidratio`: the share that is recorded, 0 to 1.',
    defaultText: '1',
  }),
  batchDelayMs: setting('OTEL_BSP_SCHEDULE_DELAY', wholeNumber(null, 1, 600_000), {
    description: 'How long spans gather before they are sent, in milliseconds.',
    defaultText: '5000',
  }),
  batchTimeoutMs: setting('OTEL_BSP_EXPORT_TIMEOUT', wholeNumber(null, 1, 600_000), {
    description: 'After this many milliseconds a batch is given up.',
    defaultText: '30000',
  }),
  queueSize: setting('OTEL_BSP_MAX_QUEUE_SIZE', wholeNumber(null, 1, 1_000_000), {
    description: 'Spans that wait at most; what comes then is dropped, and delivered all the same.',
    defaultText: '2048',
  }),
  batchSize: setting('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', wholeNumber(null, 1, 1_000_000), {
    description: 'Spans of one request to the collector.',
    defaultText: '512',
  }),
} as const;
