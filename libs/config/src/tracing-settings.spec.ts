import { describe, expect, it } from '@jest/globals';
import { readSettings } from './read-settings.js';
import { tracingSettings } from './tracing-settings.js';

const read = (env: Record<string, string>) => readSettings(env, { tracing: tracingSettings });

describe('the variables of OpenTelemetry', () => {
  it('are read', () => {
    const result = read({
      OTEL_SDK_DISABLED: 'TRUE',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b%3D, x-other=1',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,,k=v',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.01',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
    if (!result.ok) throw new Error(result.faults.join());
    expect(result.settings.tracing).toMatchObject({
      disabled: true,
      exporter: 'otlp',
      endpoint: 'https://collector:4318',
      headers: { 'api-key': 'a b=', 'x-other': '1' },
      resource: { 'deployment.environment.name': 'test', k: 'v' },
      sampler: 'parentbased_traceidratio',
      ratio: 0.01,
      batchDelayMs: 100,
      queueSize: null,
    });
  });

  it.each([
    ['OTEL_SDK_DISABLED', 'maybe'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=%0d%0ax: y'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=%zz'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0'],
    ['OTEL_RESOURCE_ATTRIBUTES', '=v'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', ' '],
    ['OTEL_BSP_MAX_QUEUE_SIZE', 'many'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '0x10'],
  ])('%s of %j is one clear line', (variable, value) => {
    const result = read({ [variable]: value });
    if (result.ok) throw new Error('it was taken');
    expect(result.faults).toHaveLength(1);
    expect(result.faults[0]).toMatch(new RegExp(`^${variable}: must be `));
  });

  it('that may hold a secret are not shown', () => {
    const result = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'secret-in-address',
      OTEL_EXPORTER_OTLP_HEADERS: 'secret-in-header',
    });
    if (result.ok) throw new Error('they were taken');
    expect(result.faults.join()).not.toContain('secret');
  });
});
