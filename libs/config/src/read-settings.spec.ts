import { describe, expect, it } from '@jest/globals';
import {
  accessSettings,
  addressSettings,
  brokerSettings,
  eventSettings,
  listenSettings,
  partitionSettings,
  retrySettings,
  secretSettings,
} from './groups.js';
import { readSettings } from './read-settings.js';

const key = Buffer.alloc(32, 7);

describe('readSettings', () => {
  it('reads what is given, fills in what is not, and freezes it', () => {
    const read = readSettings(
      {
        NATS_URL: 'nats://a:1, nats://b:2',
        POSTEL_ENCRYPTION_KEY: key.toString('hex'),
        POSTEL_ALLOW_HTTP: 'yes',
      },
      {
        broker: brokerSettings,
        secrets: secretSettings,
        address: addressSettings,
        listen: listenSettings({ port: 8080, metricsPort: 9464 }),
        retry: retrySettings,
        partitioning: partitionSettings,
      },
    );
    if (!read.ok) throw new Error(read.faults.join('; '));
    expect(read.settings).toMatchObject({
      broker: { servers: ['nats://a:1', 'nats://b:2'], replicas: 1, credsFile: null },
      address: { allowCidrs: [], allowHttp: true },
      listen: { port: 8080, host: '0.0.0.0', logLevel: 'info' },
      retry: { retryDefault: { maxAttempts: 5, initialDelayMs: 1_000, multiplier: 2, jitter: 0.25 } },
      partitioning: { partitions: 8 },
    });
    expect(Buffer.from(read.settings.secrets.masterKey)).toEqual(key);
    expect(Object.isFrozen(read.settings) && Object.isFrozen(read.settings.broker)).toBe(true);
  });

  it('reports every fault together, by the name of its variable, and shows no secret', () => {
    const read = readSettings(
      {
        POSTEL_ADMIN_TOKEN: 'hush',
        POSTEL_ENCRYPTION_KEY: 'hush-hush',
        POSTEL_ALLOW_CIDRS: '10.0.0.0',
        POSTEL_ALLOW_HTTP: 'maybe',
        POSTEL_PORT: '80800',
        POSTEL_MAX_EVENT_BYTES: '1e9',
        POSTEL_RETRY_DEFAULT: '{"preset":"mine"}',
      },
      {
        broker: brokerSettings,
        access: accessSettings,
        secrets: secretSettings,
        address: addressSettings,
        events: eventSettings,
        listen: listenSettings({ port: 8080, metricsPort: 9464 }),
        retry: retrySettings,
      },
    );
    expect(read.ok).toBe(false);
    const faults = read.ok ? [] : read.faults;
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'NATS_URL',
      'POSTEL_ADMIN_TOKEN',
      'POSTEL_ENCRYPTION_KEY',
      'POSTEL_ALLOW_CIDRS',
      'POSTEL_ALLOW_HTTP',
      'POSTEL_MAX_EVENT_BYTES',
      'POSTEL_PORT',
      'POSTEL_RETRY_DEFAULT',
    ]);
    expect(faults.join()).not.toContain('hush');
    expect(faults[0]).toBe('NATS_URL: is required');
  });

  it('takes an empty variable as absent', () => {
    const read = readSettings({ NATS_URL: '' }, { broker: brokerSettings });
    expect(read).toEqual({ ok: false, faults: ['NATS_URL: is required'] });
  });
});
