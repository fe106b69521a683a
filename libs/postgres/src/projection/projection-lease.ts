import type pg from 'pg';
import { ProjectionMoved } from '../connection/errors.js';
import { inTransaction, type Transaction } from '../connection/transaction.js';

/**
 * The right to be a projection's one writer, for as long as its connection lives:
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
   * One transaction: the work, and the position moved to `newSeq`. Not again before the last call has ended.
   * @throws RangeError when `newSeq` is not ahead of the position
   * @throws ProjectionMoved when another writer has moved it
   */
  apply(newSeq: number, work: (tx: Transaction) => Promise<void>): Promise<void>;
  /** Gives it up, for the next one to acquire. */
  release(): Promise<void>;
}

/** The transactions run on the connection that holds the lock: whoever has lost the lock can write nothing. */
export class ConnectionLease implements ProjectionLease {
  readonly lost: Promise<void>;
  isLost = false;
  #released = false;
  #busy = false;
  #known: number | null = null;

  constructor(
    readonly name: string,
    private readonly client: pg.Client,
  ) {
    this.lost = new Promise((resolve) => {
      client.once('end', () => {
        if (this.#released) return;
        this.isLost = true;
        resolve();
      });
    });
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

  async apply(newSeq: number, work: (tx: Transaction) => Promise<void>): Promise<void> {
    if (this.#busy) throw new Error(`The projection ${this.name} applies two batches at once`);
    this.#busy = true;
    try {
      const expected = await this.position();
      if (newSeq <= expected)
        throw new RangeError(`${this.name} is at ${expected} already, not before ${newSeq}`);
      await inTransaction(this.client, async (tx) => {
        await this.#move(tx, expected, newSeq);
        await work(tx);
      });
      this.#known = newSeq;
    } catch (error) {
      // After a lost answer to COMMIT only the table knows.
      this.#known = null;
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    if (!this.isLost) await this.client.end();
  }

  /** First, so that a second writer, should there ever be one, waits here and then fails before it wrote anything. */
  async #move(tx: Transaction, expected: number, newSeq: number): Promise<void> {
    const { count } = await tx.query(
      'UPDATE projection_positions SET seq = $3 WHERE name = $1 AND seq = $2',
      [this.name, expected, newSeq],
    );
    if (count !== 1) throw new ProjectionMoved(`The projection ${this.name} is no longer at ${expected}`);
  }
}
