import type { ErrorCode } from '@postel/contracts';
import type { PartState } from '@postel/http-api';
import {
  DatabaseUnreachable,
  InvalidCursor,
  isDatabaseUnavailable,
  openDatabase,
  SchemaUnusable,
  SessionsShared,
  type Database,
} from '@postel/postgres';
import type { Logger } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';

const answersWithinMs = 1_000;

/**
 * The database, whenever it comes: a service starts without it, says so in its readiness, and goes on when it is there,
 * with a schema that this version can work with.
 *
 *   connecting ──▶ connected (its pool mends itself from then on)
 */
export class DatabaseHandle {
  private database: Database | null = null;
  private readonly stopped = new AbortController();
  private readonly connecting: Promise<void>;
  private wasReadOnly = false;

  constructor(
    private readonly options: {
      readonly url: string;
      readonly migrate: boolean;
      readonly service: string;
      readonly poolSize: number;
    },
    private readonly logger: Logger,
  ) {
    this.connecting = this.connectForEver();
  }

  /** @throws {DatabaseUnreachable} while it was never reached */
  current(): Database {
    if (!this.database) throw new DatabaseUnreachable('The database was not reached yet');
    return this.database;
  }

  /** What a request is answered that met this error; `null`: it is not the database's. */
  codeOf(error: unknown): ErrorCode | null {
    if (error instanceof InvalidCursor) return 'invalid_cursor';
    return isDatabaseUnavailable(error) ? 'database_unavailable' : null;
  }

  async healthy(): Promise<PartState> {
    if (!this.database) return 'down';
    const isReadOnly = !(await this.database.takesWrites());
    if (isReadOnly && !this.wasReadOnly)
      this.logger.warn(
        'the database takes no writes (a replica, or default_transaction_read_only); everything that can go on goes on',
      );
    this.wasReadOnly = isReadOnly;
    return isReadOnly ? 'read-only' : 'ok';
  }

  /** Before work ends that would wait for its answers: without one now, it waits for none. */
  async abandonUnlessAnswering(): Promise<void> {
    this.stopped.abort();
    const answers = this.database?.takesWrites().then(
      () => true,
      () => false,
    );
    const late = delay(answersWithinMs, false, { ref: false });
    if (!(await Promise.race([answers, late]))) this.database?.abandon();
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.connecting;
    await this.database?.close();
  }

  private async connectForEver(): Promise<void> {
    const told = new Set<string>();
    while (!this.stopped.signal.aborted) {
      try {
        this.database = await this.open();
        return;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (!told.has(why)) this.tellWhy(error);
        told.add(why);
        await delay(1_000, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
    }
  }

  private async open(): Promise<Database> {
    const { url, migrate, service, poolSize } = this.options;
    const onError = (error: Error) => this.logger.warn({ err: error }, 'a database connection broke');
    const database = await openDatabase({ url, poolSize, applicationName: `postel-${service}`, onError });
    try {
      const { unknown } = await database.prepare({ migrate });
      if (unknown.length > 0)
        this.logger.warn(
          { unknown },
          'the schema is ahead of this version, which goes on: a newer version was here, or is being rolled out',
        );
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  private tellWhy(error: unknown): void {
    const goesOn = 'everything that can go on goes on';
    if (error instanceof SchemaUnusable || error instanceof SessionsShared)
      this.logger.warn(`${error.message}; ${goesOn}`);
    else if (isDatabaseUnavailable(error))
      this.logger.warn({ err: error }, `the database is not there yet; ${goesOn}`);
    else this.logger.warn({ err: error }, `the database cannot be used as it is; ${goesOn}`);
  }
}
