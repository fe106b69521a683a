import { types } from 'node:util';

/** PostgreSQL could not be reached, or refused us. The message is one line for an operator; it never holds a password. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable';
  readonly code = 'database_unavailable';
}

/** Settings of a session do not reach the server, or others get it in between; the message is one line that can be shown. */
export class SessionsShared extends Error {
  override readonly name = 'SessionsShared';

  constructor() {
    super(
      'DATABASE_URL leads to a pooler (PgBouncer, a proxy) that drops the settings of sessions, and locks of sessions would mean nothing there: it must lead to PostgreSQL itself',
    );
  }
}

/** A list was asked to go on from a cursor that it did not give. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
  readonly code = 'invalid_cursor';

  constructor() {
    super('The cursor is not one of ours');
  }
}

/** The position of a projection is not where its writer left it: another one has it now. */
export class ProjectionMoved extends Error {
  override readonly name = 'ProjectionMoved';
}

const connectionFaults = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * What passes by itself, or is an operator's to mend. Classes 08: connection exception; 28: refused (the password was
 * changed); 53: no connection, memory or disk is left; 58: it cannot read or write its files. 3D000: the database is not
 * there; 25006: read-only; 25P03, 25P04: a transaction idle or open for too long; 40001, 40P01: two wanted the same;
 * 55P03, 57014: a lock, or the time for a statement, is not to be had; 57P: stopped or starting.
 */
const serverFaults = /^((08|28|53|58)...|3D000|25006|25P0[34]|40001|40P01|55P03|57014|57P0[1-5])$/;

const driverFaults =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|Query read timeout/;

/** Whether an error means "try again when the database is back" and not a fault of the statement. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnreachable) return true;
  if (!types.isNativeError(error)) return false;
  const code = errorCodeOf(error) ?? '';
  if (connectionFaults.has(code) || serverFaults.test(code) || driverFaults.test(error.message)) return true;
  return error instanceof AggregateError && error.errors.some(isDatabaseUnavailable);
}

/** Nothing can be written there: a replica, or a server that was made read-only. */
export function isReadOnly(error: unknown): error is Error {
  return errorCodeOf(error) === '25006';
}

/** Node's name of a system error, or PostgreSQL's SQLSTATE. */
export function errorCodeOf(error: unknown): string | undefined {
  const hasCode = types.isNativeError(error) && 'code' in error && typeof error.code === 'string';
  return hasCode ? String(error.code) : undefined;
}
