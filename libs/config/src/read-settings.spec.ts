import { describe, expect, it } from '@jest/globals';
import {
  accessSettings,
  addressSettings,
  alertSettings,
  brokerSettings,
  databaseSettings,
  eventSettings,
  listenSettings,
  partitionSettings,
  retrySettings,
  secretSettings,
  upstreamSettings,
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
        POSTEL_JWT_SECRET: 'hush-hush-hush',
        POSTEL_API_RATE_LIMIT: '-1',
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
      'POSTEL_JWT_SECRET',
      'POSTEL_API_RATE_LIMIT',
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

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '999.0.0.0/8',
    '::1/129',
    '::ffff:10.0.0.0/104',
    '0:0:0:0:0:FFFF:a00:0/104',
    'fe80::1%eth0/64',
    '1/2/3',
    '10.0.0.0/',
  ])('does not take %s for a network', (text) => {
    const read = readSettings({ POSTEL_ALLOW_CIDRS: `10.0.0.0/8, ${text}` }, { address: addressSettings });
    expect(read).toEqual({
      ok: false,
      faults: ['POSTEL_ALLOW_CIDRS: must be networks such as 10.0.0.0/8 or fd00::/8, comma-separated'],
    });
  });

  it.each([
    'http://proxy:3128',
    'http://proxy.example:80/',
    'https://user:p%40ss@10.0.0.1:8443',
    'http://user@[fd00::1]:3128',
  ])('takes %s for a proxy', (text) => {
    const read = readSettings({ POSTEL_EGRESS_PROXY: text }, { address: addressSettings });
    expect(read).toMatchObject({ ok: true, settings: { address: { egressProxy: text } } });
  });

  it.each([
    'proxy:3128',
    'http://proxy',
    'http://user:hush@proxy',
    'http://user:hush@proxy:0',
    'http://user:hush@proxy:99999',
    'http://user:hush@proxy:3128/path',
    'http://user:hush@proxy:3128?a=b',
    'http://user:hu@sh@proxy:3128',
    'http://user:hush%0a@proxy:3128',
    'http://us%3Aer:hush@proxy:3128',
    'http://user:hush%zz@proxy:3128',
    'socks5://user:hush@proxy:1080',
    'http://:3128',
  ])('does not take %s for a proxy, and does not show it', (text) => {
    const read = readSettings({ POSTEL_EGRESS_PROXY: text }, { address: addressSettings });
    expect(read).toEqual({
      ok: false,
      faults: [
        'POSTEL_EGRESS_PROXY: must be http://[user:password@]host:port (or https://), with user and password percent-encoded',
      ],
    });
  });

  it.each(['nats://a:4222, tls://b.example.com', 'a:4222', 'nats://[fd00::1]:4222/', 'nats://nats_1'])(
    'takes %s for NATS servers',
    (text) => {
      expect(readSettings({ NATS_URL: text }, { broker: brokerSettings }).ok).toBe(true);
    },
  );

  it.each([
    ',',
    'nats://a:4222,',
    'http://a:4222',
    'nats://a:0',
    'nats://a:99999',
    'nats://a:b',
    'nats://[::1',
    'nats://user:hush@a:4222',
    'nats://hush@a:4222',
    'nats://a:4222/path',
  ])('does not take %s for NATS servers, and does not show it', (text) => {
    expect(readSettings({ NATS_URL: text }, { broker: brokerSettings })).toEqual({
      ok: false,
      faults: [
        'NATS_URL: must be servers such as nats://nats-1.example.com:4222, comma-separated, without a user or password (NATS_CREDS has those)',
      ],
    });
  });

  it.each([
    'postgres://user:p%40ss@db:5432/postel',
    'postgresql://[fd00::1]/postel?sslmode=verify-full',
    'postgres://user@/postel?host=/run/postgresql',
    'postgres:///postel?host=/run/postgresql',
  ])('takes %s for a database', (url) => {
    const read = readSettings({ DATABASE_URL: url }, { database: databaseSettings });
    expect(read).toMatchObject({ ok: true, settings: { database: { url } } });
  });

  it.each([
    'postel',
    'db:5432',
    'mysql://user:hush@db/postel',
    'postgres://user:hush%zz@db/postel',
    'postgres://user:hush@db:99999/postel',
    'postgres://user:hu/sh@db/postel',
  ])('does not take %s for a database, and does not show it', (url) => {
    expect(readSettings({ DATABASE_URL: url }, { database: databaseSettings })).toEqual({
      ok: false,
      faults: [
        'DATABASE_URL: must be postgres://user:password@host:port/database, with user and password percent-encoded',
      ],
    });
  });

  it('takes no sslmode that it does not know, and no file that is not there', () => {
    const read = (query: string) =>
      readSettings({ DATABASE_URL: `postgres://user:hush@db/postel?${query}` }, { d: databaseSettings });
    expect(read('sslmode=require')).toMatchObject({ ok: true });
    expect(read('sslmode=Require')).toEqual({
      ok: false,
      faults: [
        'DATABASE_URL: sslmode must be one of disable, no-verify, prefer, require, verify-ca, verify-full',
      ],
    });
    for (const name of ['sslrootcert', 'sslcert', 'sslkey'])
      expect(read(`sslmode=verify-full&${name}=/nowhere/it.pem`)).toEqual({
        ok: false,
        faults: [expect.stringMatching(/^DATABASE_URL: cannot be read: ENOENT.*\/nowhere\/it\.pem/)],
      });
  });

  it('puts paths behind the addresses of services, and takes nothing else for one', () => {
    const read = (url: string) => readSettings({ POSTEL_METRICS_URL: url }, { upstream: upstreamSettings });
    for (const url of ['http://metrics:8084', 'http://metrics:8084/', 'https://postel.example.com/metrics/'])
      expect(read(url)).toMatchObject({ settings: { upstream: { metricsUrl: url.replace(/\/$/, '') } } });
    for (const url of [
      'metrics:8084',
      'metrics',
      'ftp://metrics',
      'http://u:hush@metrics',
      'http://metrics?a',
    ])
      expect(read(url)).toEqual({
        ok: false,
        faults: ['POSTEL_METRICS_URL: must be an address such as http://metrics.example.com:8084'],
      });
  });

  it('has no proxy unless one is named', () => {
    const read = readSettings({}, { address: addressSettings });
    expect(read).toMatchObject({ ok: true, settings: { address: { egressProxy: null } } });
  });

  it('tells of files that cannot be read, and of half a certificate, together with all else', () => {
    const variables = {
      NATS_URL: 'http://nats',
      NATS_CREDS: '/no/such/file',
      NATS_CA: '/',
      NATS_CERT: import.meta.filename,
      POSTEL_STREAM_REPLICAS: '9',
    };
    const read = readSettings(variables, { broker: brokerSettings });
    expect(read.ok ? [] : read.faults).toEqual([
      expect.stringMatching(/^NATS_URL: must be servers/),
      expect.stringMatching(/^NATS_CREDS: cannot be read: ENOENT/),
      expect.stringMatching(/^NATS_CA: cannot be read: EISDIR/),
      'NATS_KEY: is required where NATS_CERT is given',
      'POSTEL_STREAM_REPLICAS: must be a whole number from 1 to 5, not "9"',
    ]);
    expect(
      readSettings({ NATS_URL: 'nats', NATS_KEY: import.meta.filename }, { broker: brokerSettings }),
    ).toEqual({ ok: false, faults: ['NATS_CERT: is required where NATS_KEY is given'] });
  });

  it('takes an empty variable as absent', () => {
    const read = readSettings({ NATS_URL: '' }, { broker: brokerSettings });
    expect(read).toEqual({ ok: false, faults: ['NATS_URL: is required'] });
  });

  it.each([' ', '0x1f90', '8e3', '8080.0', '+8080', '-0'])('does not guess a port from %j', (text) => {
    const listen = listenSettings({ port: 8080, metricsPort: 9464 });
    expect(readSettings({ POSTEL_PORT: text }, { listen })).toEqual({
      ok: false,
      faults: [`POSTEL_PORT: must be a whole number from 0 to 65535, not "${text}"`],
    });
  });

  it('does not listen everywhere for a blank address', () => {
    const listen = listenSettings({ port: 8080, metricsPort: 9464, host: '127.0.0.1' });
    expect(readSettings({ POSTEL_HOST: ' ' }, { listen })).toEqual({
      ok: false,
      faults: ['POSTEL_HOST: must not be blank'],
    });
  });

  it.each([
    ['two keys', `${key.toString('base64')}${key.toString('base64')}`],
    ['a key and more', `${key.toString('base64')}hush`],
    ['a key with a fault in it', key.toString('base64').replace('B', 'B!')],
    ['a key in two lines', key.toString('base64').replace('B', 'B\n')],
    ['a hex key that lacks a digit', key.toString('hex').slice(1)],
  ])('does not make a master key of %s', (_, text) => {
    const variables = { POSTEL_ENCRYPTION_KEY: text, POSTEL_ENCRYPTION_KEY_PREVIOUS: text };
    const fault = 'must be 32 bytes, as base64 or as 64 hex digits';
    expect(readSettings(variables, { secrets: secretSettings })).toEqual({
      ok: false,
      faults: [`POSTEL_ENCRYPTION_KEY: ${fault}`, `POSTEL_ENCRYPTION_KEY_PREVIOUS: ${fault}`],
    });
  });

  it('fills in what is not given of the thresholds of alerts, takes null for never, and refuses the rest', () => {
    const thresholds = (text?: string) =>
      readSettings(text === undefined ? {} : { POSTEL_ALERTS: text }, { alerts: alertSettings });
    const warn = { deadLetters: 10, windowSeconds: 3_600 };
    const disable = { deadLetters: 100, windowSeconds: 86_400 };
    expect(thresholds()).toMatchObject({
      settings: { alerts: { thresholds: { warn, disable, disableAfterConsecutive: null } } },
    });
    expect(thresholds('{"disable":null,"disableAfterConsecutive":5}')).toMatchObject({
      settings: { alerts: { thresholds: { warn, disable: null, disableAfterConsecutive: 5 } } },
    });
    for (const text of [
      '{',
      '{"warn":5}',
      '{"warn":{"deadLetters":0,"windowSeconds":1}}',
      '{"other":1}',
      '[]',
    ])
      expect(thresholds(text)).toMatchObject({
        ok: false,
        faults: [expect.stringContaining('POSTEL_ALERTS')],
      });
  });
});
