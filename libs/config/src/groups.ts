import { alertRules, defaultAlertThresholds, retryPolicy, type AlertThresholds } from '@postel/contracts';
import { isIP } from 'node:net';
import { z } from 'zod';
import { logLevelNames, logLevels } from './log-levels.js';
import { setting } from './read-settings.js';
import { wholeNumber } from './whole-number.js';

/** Readers of one variable each. `undefined` is an absent variable. */
const text = (fallback: string) =>
  z.string().trim().min(1, { error: 'must not be blank' }).prefault(fallback);

const requiredText = z.string({ error: 'is required' }).transform((value) => value.trim());

const flag = (fallback: boolean) =>
  z
    .string()
    .optional()
    .transform((value, context) => {
      if (value === undefined) return fallback;
      if (/^(true|1|yes)$/i.test(value)) return true;
      if (/^(false|0|no)$/i.test(value)) return false;
      context.addIssue(`must be true or false, not "${value}"`);
      return z.NEVER;
    });

const list = z
  .string()
  .optional()
  .transform((value) =>
    (value ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const cidrs = list.refine((values) => values.every(isNetwork), {
  message: 'must be networks such as 10.0.0.0/8 or fd00::/8, comma-separated',
});

/** IPv4 inside IPv6 is none: it would seem to open IPv4 addresses, and would not. */
function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(bits) || address.includes('%')) return false;
  const family = isIP(address);
  if (family === 6 && new URL(`http://[${address}]`).hostname.startsWith('[::ffff:')) return false;
  return Number(bits) <= ({ 4: 32, 6: 128 }[family] ?? -1);
}

const optional = z
  .string()
  .optional()
  .transform((value) => value ?? null);

const proxyForm = /^https?:\/\/(?:[^\s/?#@:]*(?::[^\s/?#@]*)?@)?(?:[^\s/?#@:[\]]+|\[[0-9a-f:.]+\]):\d+\/?$/i;

/** The faults do not show the value, which may hold a password. */
const proxyUrl = optional.transform((value, context) => {
  if (value === null || isProxyUrl(value)) return value;
  context.addIssue(
    'must be http://[user:password@]host:port (or https://), with user and password percent-encoded',
  );
  return z.NEVER;
});

function isProxyUrl(text: string): boolean {
  if (!proxyForm.test(text) || !URL.canParse(text)) return false;
  const { port, username, password } = new URL(text);
  // A user name with a colon cannot be told from its password (RFC 7617); %0A and its like belong in no header.
  return port !== '0' && !/%3a/i.test(username) && isEncodedText(username) && isEncodedText(password);
}

function isEncodedText(text: string): boolean {
  return isDecodable(text) && !/\p{Cc}/u.test(decodeURIComponent(text));
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const brokerForm = /^(?:(?:nats|tls):\/\/)?(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?\/?$/i;

/** The faults do not show the value, which may hold a password: the client would leave that out, and not say so. */
const brokerUrls = requiredText.transform((value, context) => {
  const urls = value.split(',').map((url) => url.trim());
  if (urls.every((url) => isPort(brokerForm.exec(url)?.[2] ?? '4222') && brokerForm.test(url))) return urls;
  context.addIssue(
    'must be servers such as nats://nats-1.example.com:4222, comma-separated, without a user or password (NATS_CREDS has those)',
  );
  return z.NEVER;
});

function isPort(text: string): boolean {
  return Number(text) > 0 && Number(text) <= 65_535;
}

/** What pg and TypeORM can read; without a host, a parameter names it, as `postgres:///postel?host=/run/postgresql`. */
const databaseUrl = requiredText.transform((value, context) => {
  const mode = parametersOf(value).get('sslmode');
  if (!isDatabaseUrl(value))
    context.addIssue(
      'must be postgres://user:password@host:port/database, with user and password percent-encoded',
    );
  else if (mode !== null && !sslModes.includes(mode))
    context.addIssue(`sslmode must be one of ${sslModes.join(', ')}`);
  else return value;
  return z.NEVER;
});

/** Those that the driver knows; it would take any other for the last. */
const sslModes = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'];

function parametersOf(url: string): URLSearchParams {
  return new URLSearchParams(url.split('?', 2)[1]);
}

/** The certificates and the key of its parameters. */
function filesOfDatabaseUrl(url: string): readonly string[] {
  const parameters = parametersOf(url);
  return ['sslrootcert', 'sslcert', 'sslkey'].flatMap((name) => parameters.getAll(name).slice(-1));
}

function isDatabaseUrl(text: string): boolean {
  const url = text.replace('@/', '@no-host/');
  if (!/^postgres(?:ql)?:\/\//i.test(url) || !URL.canParse(url)) return false;
  const { username, password, pathname } = new URL(url);
  return [username, password, pathname].every((part) => isDecodable(part));
}

/** @returns without a slash at its end: paths are put behind it */
const serviceUrl = (fallback: string) =>
  text(fallback).transform((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
    if (isPlain && /^https?:$/.test(url.protocol)) return value.replace(/\/+$/, '');
    context.addIssue('must be an address such as http://metrics.example.com:8084');
    return z.NEVER;
  });

/** 32 bytes as base64 or 64 hex digits. */
const masterKey = requiredText.transform(keyBytes);
const optionalKey = optional.transform((value, context) =>
  value === null ? null : keyBytes(value.trim(), context),
);

/** Both alphabets of RFC 4648. `Buffer` alone would skip what is in neither, and read up to the first `=`. */
const keyForms = { hex: /^[0-9a-fA-F]{64}$/, base64: /^[A-Za-z0-9+/_-]{43}=?$/ };

function keyBytes(value: string, context: z.RefinementCtx): Buffer {
  if (keyForms.hex.test(value)) return Buffer.from(value, 'hex');
  if (keyForms.base64.test(value)) return Buffer.from(value, 'base64');
  context.addIssue('must be 32 bytes, as base64 or as 64 hex digits');
  return z.NEVER;
}

const itself = (value: string) => [value];

export const brokerSettings = {
  servers: setting('NATS_URL', brokerUrls, {
    description: 'One or more NATS servers, comma-separated.',
    defaultText: 'npm start: an embedded server',
  }),
  credsFile: setting('NATS_CREDS', optional, { description: 'A NATS credentials file.', filesOf: itself }),
  caFile: setting('NATS_CA', optional, {
    description: 'The CA that signed the servers’ certificates (PEM).',
    filesOf: itself,
  }),
  certFile: setting('NATS_CERT', optional, {
    description: 'A client certificate (PEM).',
    filesOf: itself,
    needs: 'NATS_KEY',
  }),
  keyFile: setting('NATS_KEY', optional, {
    description: 'The key of NATS_CERT (PEM).',
    filesOf: itself,
    needs: 'NATS_CERT',
  }),
  replicas: setting('POSTEL_STREAM_REPLICAS', wholeNumber(1, 1, 5), {
    description: 'Copies of each stream; 3 in production.',
    defaultText: '1',
  }),
} as const;

/** All deliverers, dispatchers and metrics of a fleet must agree on it. */
export const partitionSettings = {
  partitions: setting('POSTEL_PARTITIONS', wholeNumber(8, 1, 256), {
    description: 'Partitions of the deliveries, each owned by one deliverer at a time.',
    defaultText: '8',
  }),
} as const;

export const retentionSettings = {
  days: setting('POSTEL_RETENTION_DAYS', wholeNumber(7, 1, 3_650), {
    description:
      'How many days events, deliveries, attempts and dead letters can be looked up. What still waits is kept.',
    defaultText: '7',
  }),
} as const;

export const databaseSettings = {
  url: setting('DATABASE_URL', databaseUrl, {
    description: 'PostgreSQL, as postgres://user:password@host:port/database.',
    filesOf: filesOfDatabaseUrl,
    defaultText: 'npm start: embedded PostgreSQL',
    secret: true,
  }),
  migrate: setting('POSTEL_MIGRATE', flag(true), {
    description:
      'Whether a service brings the schema up to date when it starts. If not, `npm run migrate -- up` has to be run, and it waits for that.',
    defaultText: 'true',
  }),
} as const;

export const accessSettings = {
  adminToken: setting(
    'POSTEL_ADMIN_TOKEN',
    requiredText.refine((value) => value.length >= 16, { message: 'must have at least 16 characters' }),
    { description: 'The token of the operator.', defaultText: 'made and kept by npm start', secret: true },
  ),
  jwtSecret: setting(
    'POSTEL_JWT_SECRET',
    requiredText.refine((value) => value.length >= 32, { message: 'must have at least 32 characters' }),
    {
      description:
        'Signs portal tokens and keys the hashes of API keys: with another one, all of both have to be made anew.',
      defaultText: 'made and kept by npm start',
      secret: true,
    },
  ),
  requestsPerSecond: setting('POSTEL_API_RATE_LIMIT', wholeNumber(100, 0, 1_000_000), {
    description:
      'Management requests a second of one API key or portal token, in each process; ten seconds’ worth at once after a pause. Refused credentials of one client address: a tenth. 0: no limit.',
    defaultText: '100',
  }),
  eventRequestsPerSecond: setting('POSTEL_EVENT_RATE_LIMIT', wholeNumber(0, 0, 1_000_000), {
    description: 'The same for requests that publish events, single or as a batch. 0: no limit.',
    defaultText: '0',
  }),
} as const;

export const secretSettings = {
  masterKey: setting('POSTEL_ENCRYPTION_KEY', masterKey, {
    description: 'The master key that wraps the keys of all secrets: 32 bytes, base64 or hex.',
    defaultText: 'made and kept by npm start',
    secret: true,
  }),
  previousMasterKey: setting('POSTEL_ENCRYPTION_KEY_PREVIOUS', optionalKey, {
    description: 'While the master key is being changed: the one before, which still opens what it wrapped.',
    secret: true,
  }),
} as const;

export const addressSettings = {
  allowCidrs: setting('POSTEL_ALLOW_CIDRS', cidrs, {
    description: 'Private networks that may be delivered to, comma-separated.',
    defaultText: 'none; npm start: loopback',
  }),
  allowHttp: setting('POSTEL_ALLOW_HTTP', flag(false), {
    description: 'Whether plain-HTTP endpoints are allowed.',
    defaultText: 'false; npm start: true',
  }),
  egressProxy: setting('POSTEL_EGRESS_PROXY', proxyUrl, {
    description: 'The proxy through which deliveries go out, as http://[user:password@]host:port.',
    secret: true,
  }),
} as const;

export const eventSettings = {
  maxEventBytes: setting('POSTEL_MAX_EVENT_BYTES', wholeNumber(262_144, 1_024, 1_048_576), {
    description: 'The largest event, in bytes: at ingest over HTTP, at the dispatchers by NATS.',
    defaultText: '262144',
  }),
} as const;

export const logLevelSettings = {
  logLevel: setting(
    'POSTEL_LOG_LEVEL',
    z.enum(logLevelNames, { error: `must be one of ${logLevelNames.join(', ')}` }).prefault('info'),
    { description: 'The least important level that is logged.', defaultText: 'info' },
  ),
  logLevels: setting('POSTEL_LOG_LEVELS', logLevels, {
    description:
      'Levels of single services and their components, as `deliverer=debug,http=warn,ingest.http=debug`; the narrowest holds. [The components](logs.md#levels).',
  }),
} as const;

/** Ports and hosts differ per service: each has its own default. */
export function listenSettings(defaults: { port: number; metricsPort: number; host?: string }) {
  return {
    port: setting('POSTEL_PORT', wholeNumber(defaults.port, 0, 65_535), {
      description: 'The port of the API.',
      defaultText: String(defaults.port),
    }),
    host: setting('POSTEL_HOST', text(defaults.host ?? '0.0.0.0'), {
      description: 'The address to listen on.',
      defaultText: defaults.host ?? '0.0.0.0',
    }),
    metricsPort: setting('POSTEL_METRICS_PORT', wholeNumber(defaults.metricsPort, 0, 65_535), {
      description: 'The port of /metrics, /healthz and /readyz.',
      defaultText: String(defaults.metricsPort),
    }),
    ...logLevelSettings,
  } as const;
}

/** Of services that others than their operators send requests to. */
export const graceSettings = {
  seconds: setting('POSTEL_STOP_GRACE_SECONDS', wholeNumber(5, 0, 10), {
    description:
      'How long a service that is told to stop still takes requests, while `/readyz` answers 503: the time a load balancer needs to notice.',
    defaultText: '5; npm start: 0',
  }),
} as const;

/** Scheme, host (or all below a domain) and port, as CSP has it; nothing that could end the directive. */
const originForm = /^https?:\/\/(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i;

export const consoleSettings = {
  directory: setting('POSTEL_CONSOLE_DIR', optional, {
    description: 'Where the console was built to, for ingest to serve it at `/`. Without it there is none.',
    defaultText: 'none; npm start: apps/console/dist',
  }),
  frameAncestors: setting(
    'POSTEL_CONSOLE_FRAME_ANCESTORS',
    list.refine((origins) => origins.every((origin) => originForm.test(origin)), {
      message: 'must be origins such as https://app.example.com or https://*.example.com, comma-separated',
    }),
    {
      description: 'Origins whose pages may show the console in a frame, comma-separated.',
      defaultText: 'none',
    },
  ),
} as const;

/** Where ingest finds the services whose routes it forwards. */
export const upstreamSettings = {
  metricsUrl: setting('POSTEL_METRICS_URL', serviceUrl('http://127.0.0.1:8084'), {
    description: 'The API of the service metrics.',
    defaultText: 'http://127.0.0.1:8084',
  }),
  deadLetterUrl: setting('POSTEL_DEAD_LETTER_URL', serviceUrl('http://127.0.0.1:8083'), {
    description: 'The API of the service dead-letter.',
    defaultText: 'http://127.0.0.1:8083',
  }),
} as const;

/** The JSON of an endpoint's `retry`; the contract's policy when absent. */
const retryJson = z
  .string()
  .optional()
  .transform((value, context) => {
    try {
      return retryPolicy.parse(value === undefined ? {} : JSON.parse(value));
    } catch {
      context.addIssue('must be the JSON of a retry policy, such as {"preset":"standard-webhooks"}');
      return z.NEVER;
    }
  });

/** What an operator gives of a circuit policy; the rest is the default. */
const circuitJson = z
  .string()
  .optional()
  .transform((value, context) => {
    try {
      return circuitPolicy.parse(value === undefined ? {} : JSON.parse(value));
    } catch {
      context.addIssue(
        'must be JSON such as {"failures":20,"overMs":60000,"openMs":30000,"maxOpenMs":600000}',
      );
      return z.NEVER;
    }
  });

const circuitPolicy = z.strictObject({
  failures: z.int().min(0).max(100_000).default(20),
  overMs: z.int().min(0).max(86_400_000).default(60_000),
  forgetAfterMs: z.int().min(1).max(86_400_000).default(300_000),
  openMs: z.int().min(100).max(86_400_000).default(30_000),
  maxOpenMs: z.int().min(100).max(86_400_000).default(600_000),
});

/** What an operator gives of the thresholds; the rest is the default. */
const alertsJson = z
  .string()
  .optional()
  .transform((value, context): AlertThresholds => {
    try {
      const { warn, disable, disableAfterConsecutive } = alertRules.parse(
        value === undefined ? {} : JSON.parse(value),
      );
      return {
        ...defaultAlertThresholds,
        ...(warn === undefined ? {} : { warn }),
        ...(disable === undefined ? {} : { disable }),
        ...(disableAfterConsecutive === undefined ? {} : { disableAfterConsecutive }),
      };
    } catch {
      context.addIssue(
        'must be JSON such as {"warn":{"deadLetters":10,"windowSeconds":3600},"disable":{"deadLetters":100,"windowSeconds":86400},"disableAfterConsecutive":null}',
      );
      return z.NEVER;
    }
  });

export const alertSettings = {
  thresholds: setting('POSTEL_ALERTS', alertsJson, {
    description:
      'When an endpoint counts as failing (`warn`), and when it is disabled (`disable`, `disableAfterConsecutive`), as the JSON of a tenant’s `alerts`; `null`: never.',
    defaultText: 'failing: 10 dead letters in an hour; disabled: 100 in a day and no success since the first',
  }),
} as const;

export const retrySettings = {
  retryDefault: setting('POSTEL_RETRY_DEFAULT', retryJson, {
    description: 'The fleet’s retry policy, as the JSON of an endpoint’s `retry`.',
    defaultText: '5 attempts: after 1, 2, 4 and 8 s',
  }),
  maxAgeSeconds: setting('POSTEL_MAX_AGE_SECONDS', wholeNumber(604_800, 60, 31_536_000), {
    description: 'A delivery that has waited longer ends as a dead letter with the reason `expired`.',
    defaultText: '604800',
  }),
  circuit: setting('POSTEL_CIRCUIT', circuitJson, {
    description:
      'When an endpoint’s circuit opens: after so many failures in a row (0: never), spread over at least `overMs`; the first probe comes after `openMs`, later ones after twice as long each, at most `maxOpenMs`.',
    defaultText: '20 failures over a minute; probes after 30 s to 10 min',
  }),
} as const;
