import pg from 'pg';
import { ProjectionMoved } from '../connection/errors.js';
import { inTransaction, type Transaction } from '../connection/transaction.js';

/**
 * The right to be a projection's one writer, for as long as its connection lives, and both ends of it hear each other:
 *
 *   held ──release()──▶ released
 *     ╰───connection gone──▶ lost (another may hold it already)
 */
export interface ProjectionLease {
  readonly name: string;
  readonly isLost: boolean;
  /** Resolves when the connection is gone; never after release(). */
  readonly lost: Promise<void>;
  /** The last position that was applied; 0 before the first. */
  position(): Promise<number>;
  /**
   * One transaction: the work, and the position moved to `newSeq`, or left there.
   * @throws RangeError when `newSeq` is behind the position
   * @throws ProjectionMoved when another writer has moved it
   */
  apply(newSeq: number, work: (tx: Transaction) => Promise<void>): Promise<void>;
  /** One transaction of the writer that moves no position; it waits for the one under way. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Gives it up, for the next one to acquire. */
  release(): Promise<void>;
}

const savepoint = 'after_move';

/** The transactions run on the connection that holds the lock: whoever has lost the lock can write nothing. */
export class ConnectionLease implements ProjectionLease {
  readonly lost: Promise<void>;
  isLost = false;
  #released = false;
  /** The transaction under way, and those that wait for it. */
  #turn: Promise<unknown> = Promise.resolve();
  #known: number | null = null;
  #beat: NodeJS.Timeout | undefined;

  constructor(
    readonly name: string,
    private readonly client: pg.Client,
  ) {
    this.lost = new Promise((resolve) => {
      client.once('end', () => {
        clearInterval(this.#beat);
        if (this.#released) return;
        this.isLost = true;
        resolve();
      });
    });
  }

  /** Says something again and again: the server ends a session that is idle for long, since its holder may be gone. */
  keepAlive(everyMs: number): void {
    // that it failed says the end of the connection
    const beat = () => void this.#inTurn(() => this.client.query('SELECT')).catch(() => undefined);
    this.#beat = setInterval(beat, everyMs).unref();
  }

  async position(): Promise<number> {
    if (this.#known !== null) return this.#known;
    const { rows } = await this.client.query<{ seq: number }>(
      'SELECT seq FROM projection_positions WHERE name = $1',
      [this.name],
    );
    this.#known = rows[0]?.seq ?? 0;
    return this.#known;
  }

  apply(newSeq: number, work: (tx: Transaction) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const expected = await this.position();
      if (newSeq < expected)
        throw new RangeError(`${this.name} is at ${expected} already, which is after ${newSeq}`);
      try {
        await inTransaction(
          this.client,
          async (tx, [, move]) => {
            if (move?.rowCount !== 1)
              throw new ProjectionMoved(`The projection ${this.name} is no longer at ${expected}`);
            await work({ ...tx, savepoint });
          },
          `${this.#moveSql(expected, newSeq)}; SAVEPOINT ${savepoint}`,
        );
        this.#known = newSeq;
      } catch (error) {
        // After a lost answer to COMMIT only the table knows.
        this.#known = null;
        throw error;
      }
    });
  }

  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#inTurn(() => inTransaction(this.client, work));
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    if (!this.isLost) await this.client.end();
  }

  #inTurn<T>(transaction: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(transaction);
    this.#turn = result.catch(() => undefined); // the next one is not of this one's failure
    return result;
  }

  /** First, so that a second writer, should there ever be one, waits here and then fails before it wrote anything. */
  #moveSql(expected: number, newSeq: number): string {
    const name = pg.escapeLiteral(this.name);
    return `UPDATE projection_positions SET seq = ${newSeq} WHERE name = ${name} AND seq = ${expected}`;
  }
}
