import type { PositionLease } from '@postel/jetstream';
import type { Transaction } from '@postel/postgres';

export type Written = 'archive' | 'delivery-log';
type Lease = PositionLease<Transaction>;

export interface ShareParts {
  readonly acquire: (name: Written) => Promise<Lease | null>;
  /** Whether others stand by for each of these. */
  readonly areAwaited: (names: readonly Written[]) => Promise<boolean>;
  readonly nowMs: () => number;
}

/** So long what was given up is left to the others. */
const leaveMs = 2_000;

/**
 * Two processes write the tables faster than one. So whoever writes both, while another stands by that writes neither,
 * leaves it the archive; after that each of them stands by for what the other writes.
 */
export class ShareTables {
  /** What this process writes, and how it gives that up. */
  private readonly held = new Map<Written, () => void>();
  private leftUntilMs = -Infinity;

  constructor(private readonly parts: ShareParts) {}

  /** @returns a lease that is lost as soon as it is given up */
  async acquire(name: Written): Promise<Lease | null> {
    if (name === 'archive' && this.parts.nowMs() < this.leftUntilMs) return null;
    const lease = await this.parts.acquire(name);
    if (!lease) return null;
    const givenUp = new Promise<void>((resolve) => this.held.set(name, resolve));
    return {
      position: () => lease.position(),
      apply: (position, work) => lease.apply(position, work),
      transact: (work) => lease.transact(work),
      lost: Promise.race([lease.lost, givenUp]),
      release: async () => {
        this.held.delete(name);
        await lease.release();
      },
    };
  }

  /** Looks whether there is somebody to share with; to be called again and again. */
  async look(): Promise<void> {
    const names = [...this.held.keys()];
    if (names.length < 2 || !(await this.parts.areAwaited(names))) return;
    this.leftUntilMs = this.parts.nowMs() + leaveMs;
    this.held.get('archive')?.();
  }
}
