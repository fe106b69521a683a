import type { Database } from '@postel/postgres';

const askEveryMs = 1_000;
/** The writer tells every 5 s; another takes over within seconds when it dies. */
const trustedMs = 60_000;

/**
 * Whether what waits may be acted upon: rows of a database that was made anew, or restored from a copy, are of the past
 * until the projection has caught up with the log, and may be of deliveries that have succeeded since.
 */
export class RoomIsLevel {
  /** By the clock that nobody sets. */
  private askedAtMs = -Infinity;
  private answer = false;

  constructor(private readonly database: () => Pick<Database, 'waiting'>) {}

  /** Throws what the database throws; then it is asked again before anything else. */
  async now(): Promise<boolean> {
    if (this.answer && performance.now() - this.askedAtMs < askEveryMs) return true;
    this.answer = false;
    this.answer = await this.database().waiting.wasLevelWithin(trustedMs);
    this.askedAtMs = performance.now();
    return this.answer;
  }

  /** A statement failed: the database may be another one when it is back. */
  forget(): void {
    this.answer = false;
  }
}
