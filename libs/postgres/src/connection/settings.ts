import { types as nodeTypes } from 'node:util';
import pg from 'pg';
import { DatabaseUnreachable } from './errors.js';

export interface ConnectionSettings {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly applicationName: string;
  /** Where its tables are, other than in the connection's own (`public`): while tables are rebuilt. */
  readonly schema?: string | undefined;
}

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;
/** A put-back publishes to the broker inside its transaction. */
const idleInTransactionTimeoutMs = 60_000;

const int8 = 20;
/** Every bigint of ours is a stream position or a time in ms: far below 2^53. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format ?? 'text'),
};

/** On what statements and their answers rely, whatever the server, the database or the user has as its own. */
const relied = '-c datestyle=ISO -c default_transaction_isolation=read\\ committed';

/** What the pool and every connection outside of it have in common. */
export function sessionConfig({
  applicationName,
  schema,
}: Pick<ConnectionSettings, 'applicationName' | 'schema'>) {
  return {
    application_name: applicationName,
    options: schema === undefined ? relied : `${relied} -c search_path=${schema}`,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    types,
  };
}

/**
 * A connection outside of the pool: for session locks, and for what must not wait for a free pooled connection.
 * @throws DatabaseUnreachable
 */
export async function connectAlone(
  settings: ConnectionSettings,
  onError: (error: Error) => void,
  overrides: pg.ClientConfig = {},
): Promise<pg.Client> {
  const config = { connectionString: settings.url, ...sessionConfig(settings), ...overrides };
  const client = new pg.Client(config);
  client.on('error', onError);
  try {
    await client.connect();
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
    const { host, port, database } = new pg.Client({ connectionString: url });
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
