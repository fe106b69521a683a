import type { ErrorCode } from '@postel/contracts';
import {
  DatabaseUnreachable,
  InvalidCursor,
  isDatabaseUnavailable,
  openDatabase,
  type Database,
} from '@postel/postgres';
import type { Logger } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The database, whenever it comes: a service starts without it, says so in its readiness, and goes on when it is there.
 *
 *   connecting ──▶ connected (its pool mends itself from then on)
 */
export class DatabaseHandle {
  private database: Database | null = null;
  private readonly stopped = new AbortController();
  private readonly connecting: Promise<void>;

  constructor(
    private readonly options: { readonly url: string; readonly service: string; readonly poolSize: number },
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

  async healthy(): Promise<boolean> {
    if (!this.database) return false;
    await this.database.ping();
    return true;
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.connecting;
    await this.database?.close();
  }

  private async connectForEver(): Promise<void> {
    const { url, service, poolSize } = this.options;
    for (let tries = 1; !this.stopped.signal.aborted; tries++) {
      try {
        const onError = (error: Error) => this.logger.warn({ err: error }, 'a database connection broke');
        const database = await openDatabase({ url, poolSize, applicationName: `postel-${service}`, onError });
        await database.migrate().catch(async (error: unknown) => {
          await database.close();
          throw error;
        });
        this.database = database;
        return;
      } catch (error) {
        if (tries === 1)
          this.logger.warn(
            { err: error },
            'the database is not there yet; everything that can go on goes on',
          );
        await delay(1_000, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
    }
  }
}
