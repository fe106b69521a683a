import { factPosition } from '@postel/contracts';
import { positionedFacts, type IncomingMessage, type PositionedFact } from '@postel/jetstream';
import { HeldEvents } from './held-events.js';

export interface FoldAheadParts {
  /** Of LOG, at this moment. */
  readonly lastSequence: () => Promise<number>;
  /** What is held back is never older than this beside the newest fact that was read. */
  readonly longestMs: number;
}

/** What is held back is held in memory: a kilobyte or two a fact. */
const maxHeld = 25_000;
/** Positions of facts of one message begin with this multiple of the message's own. */
const factsPerPosition = factPosition(1, 0);

/**
 * While there is more of the log to read, deliveries that are under way are not written yet: their outcome is further
 * on. The position stays before them meanwhile, so that after a crash they are read again, and what is behind them too:
 * the tables know what they have seen.
 *
 *   read ──its outcomes too, or the end of the log, or too long, or too many──▶ ready
 *    ╰──otherwise──▶ held, looked at again with the next batch
 */
export class FoldAhead {
  private readonly held = new HeldEvents(maxHeld);

  constructor(private readonly parts: FoldAheadParts) {}

  /** The log is read again from the stored position. */
  reset(): void {
    this.held.clear();
  }

  /** When the oldest of what is held back happened. */
  get heldSinceMs(): number {
    return this.held.oldest?.fact.atMs ?? Infinity;
  }

  /** Reads on. @returns what is to be written now, and the position up to which all is stored then */
  async read(
    batch: readonly IncomingMessage[],
  ): Promise<{ readonly position: number; readonly facts: readonly PositionedFact[] }> {
    const last = batch.at(-1);
    if (!last) throw new Error('there is no batch without a message');
    const isLevel = last.seq >= (await this.parts.lastSequence());
    const sinceMs = last.storedAtMs - this.parts.longestMs;
    const facts = this.held.read(positionedFacts(batch), ({ fact }) => !isLevel && fact.atMs > sinceMs);
    const { oldest } = this.held;
    return { facts, position: oldest ? Math.floor(oldest.seq / factsPerPosition) - 1 : last.seq };
  }
}
