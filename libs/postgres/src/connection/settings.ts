import { types as nodeTypes } from 'node:util';
import pg from 'pg';
import { DatabaseUnreachable } from './errors.js';
import { endWhenSilent, silentAfterMs, type OpenConnections } from './silence.js';

export interface ConnectionSettings {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly applicationName: string;
  /** Where its tables are, other than in the connection's own (`public`): while tables are rebuilt. */
  readonly schema?: string | undefined;
  /** A connection on which an answer is missing for so long has failed, and who writes there makes room for others; 35 s. */
  readonly silentAfterMs?: number | undefined;
  /** Where connections are noted that somebody may have to let go without an answer. */
  readonly connections?: OpenConnections | undefined;
}

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;
const keepAliveDelayMs = 10_000;
/** A put-back publishes to the broker inside its transaction. */
const idleInTransactionTimeoutMs = 60_000;

const int8 = 20;
/** Every bigint of ours is a stream position or a time in ms: far below 2^53. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format ?? 'text'),
};

/** On what statements and their answers rely, whatever the server, the database or the user has as its own. */
const relied = [
  'datestyle=ISO',
  'default_transaction_isolation=read\\ committed',
  // a connection of the pool that is idle is kept or ended here
  'idle_session_timeout=0',
  // who is gone without a word must not keep its locks for two hours
  'tcp_keepalives_idle=30',
  'tcp_keepalives_interval=10',
  'tcp_keepalives_count=3',
  // whoever passes this on passes on all of them
  'postel.session=ours',
];

/** Whether the settings of this session came to the server: poolers that share sessions drop them, or refuse them. */
export const keepsSettingsSql = `coalesce(current_setting('postel.session', true), '') = 'ours'`;

/**
 * What the pool and every connection outside of it have in common.
 * @param more settings of the session, `name=value`
 */
export function connectionConfig(
  { url, applicationName, schema }: ConnectionSettings,
  more: readonly string[] = [],
) {
  const { connectionString, options } = apart(url);
  const ours = [...relied, ...(schema === undefined ? [] : [`search_path=${schema}`]), ...more];
  return {
    connectionString,
    application_name: applicationName,
    // the last of each name counts
    options: [...options, ...ours.map((setting) => `-c ${setting}`)].join(' '),
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
    types,
  };
}

/**
 * The driver would take the `options` of a URL in place of ours. And it means `verify-full` by these modes, unless it is
 * told `uselibpqcompat`, and says so on stderr.
 */
function apart(url: string): { readonly connectionString: string; readonly options: readonly string[] } {
  const [address = '', query = ''] = url.split(/\?(.*)/s, 2);
  const parameters = new URLSearchParams(query);
  const options = parameters.getAll('options').slice(-1);
  parameters.delete('options');
  const isVerified = /^(prefer|require|verify-ca)$/.test(parameters.get('sslmode') ?? '');
  if (isVerified && parameters.get('uselibpqcompat') !== 'true') parameters.set('sslmode', 'verify-full');
  return {
    connectionString: parameters.size === 0 ? address : `${address}?${parameters.toString()}`,
    options,
  };
}

/** For a connection whose statements end in time. */
export function watch(
  client: pg.ClientBase,
  settings: Pick<ConnectionSettings, 'silentAfterMs' | 'connections'>,
): void {
  endWhenSilent(client, settings.silentAfterMs ?? silentAfterMs);
  settings.connections?.add(client);
}

/**
 * A connection outside of the pool: for session locks, and for what must not wait for a free pooled connection.
 * @throws DatabaseUnreachable
 */
export async function connectAlone(
  settings: ConnectionSettings,
  onError: (error: Error) => void,
  { more, ...overrides }: { readonly statement_timeout?: number; readonly more?: readonly string[] } = {},
): Promise<pg.Client> {
  const config = { ...connectionConfig(settings, more), ...overrides };
  const client = new pg.Client(config);
  client.on('error', onError);
  try {
    await client.connect();
    if (config.statement_timeout > 0) watch(client, settings);
    return client;
  } catch (error) {
    throw unreachable(settings.url, error);
  }
}

/** One line: where, and why. */
export function unreachable(url: string, cause: unknown): DatabaseUnreachable {
  return new DatabaseUnreachable(`Cannot reach PostgreSQL at ${describeTarget(url)}: ${reasonOf(cause)}`, {
    cause,
  });
}

function describeTarget(url: string): string {
  try {
    const { host, port, database } = new pg.Client({ connectionString: apart(url).connectionString });
    return `host ${host}, port ${port}, database ${database ?? '(none)'}`;
  } catch {
    return 'a URL that cannot be read';
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  if (!nodeTypes.isNativeError(cause)) return String(cause);
  // URL's own error carries the whole input, password included
  if ('input' in cause) return 'invalid URL';
  return cause.message.split('\n', 1)[0] ?? 'unknown';
}
