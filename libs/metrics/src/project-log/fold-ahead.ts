import { factPosition, messageOfFactPosition } from '@postel/contracts';
import { positionedFacts, type IncomingMessage, type PositionedFact } from '@postel/jetstream';
import { inTurns, type Steps } from '@postel/postgres';
import { HeldEvents } from './held-events.js';

export interface FoldAheadParts {
  /** Of LOG, at this moment. */
  readonly lastSequence: () => Promise<number>;
  /**
   * What is held back is never older than this beside the newest fact that was read, or than that is now, up to a minute:
   * who reads what happened half a minute ago may wait for an outcome as long.
   */
  readonly longestMs: number;
  readonly nowMs: () => number;
}

export interface ReadAhead {
  /** Up to where all is stored once that is written which is ready. */
  readonly position: number;
  /** All that is ready, read once more, in log order: it is not kept. */
  readonly facts: () => readonly PositionedFact[];
}

/** The position stays before what is held back, and after a crash all behind it is read again. */
const longestBehindMs = 60_000;
/** What is held back is held in memory: a kilobyte or two a fact. */
const maxHeld = 50_000;

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

  /**
   * Reads on.
   * @param onReady given what is to be written now as soon as it is read; the facts of a delivery in log order
   */
  async read(
    batch: readonly IncomingMessage[],
    onReady: (facts: readonly PositionedFact[]) => void,
  ): Promise<ReadAhead> {
    const last = batch.at(-1);
    if (!last) throw new Error('there is no batch without a message');
    const isLevel = last.seq >= (await this.parts.lastSequence());
    const behindMs = this.parts.nowMs() - last.storedAtMs;
    const sinceMs = last.storedAtMs - Math.max(this.parts.longestMs, Math.min(behindMs, longestBehindMs));
    const from = factPosition(batch[0]?.seq ?? last.seq, 0);
    const older: PositionedFact[] = [];
    const positions: number[] = [];
    const take = (ready: readonly PositionedFact[]) => {
      for (const fact of ready)
        if (fact.seq < from) older.push(fact);
        else positions.push(fact.seq);
      onReady(ready);
    };
    await inTurns(this.readAll(batch, take));
    take(this.held.end(({ fact }) => !isLevel && fact.atMs > sinceMs));
    const { oldest } = this.held;
    return {
      position: oldest ? messageOfFactPosition(oldest.seq) - 1 : last.seq,
      facts: () => {
        const ready = new Set(positions);
        const facts = [...older, ...positionedFacts(batch).filter(({ seq }) => ready.has(seq))];
        return facts.sort((a, b) => a.seq - b.seq);
      },
    };
  }

  private *readAll(
    batch: readonly IncomingMessage[],
    onReady: (facts: readonly PositionedFact[]) => void,
  ): Steps<void> {
    for (const message of batch) {
      onReady(this.held.read(positionedFacts([message])));
      yield;
    }
  }
}
