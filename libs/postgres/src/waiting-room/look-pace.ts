import type { DueSelection } from './select-due.js';

/**
 * Keeps looks that mostly find nothing rare enough: each takes a moment, whatever it finds. One that was worth it is
 * followed by the next at once.
 */
export class LookPace {
  readonly #notBeforeMs = new Map<string, number>();

  /**
   * @param share a look takes at most this part of the time
   * @param longestMs and there is one as often as this, whatever it takes
   */
  constructor(
    private readonly share: number,
    private readonly longestMs = Infinity,
    private readonly clockMs: () => number = () => performance.now(),
  ) {}

  /** @returns null when it is too early for the next look at these partitions */
  async look<Found>(
    { partitions }: Pick<DueSelection, 'partitions'>,
    look: () => Promise<Found>,
    wasWorthIt: (found: Found) => boolean,
  ): Promise<Found | null> {
    const name = partitions.join();
    const startedAtMs = this.clockMs();
    if (startedAtMs < (this.#notBeforeMs.get(name) ?? -Infinity)) return null;
    const found = await look();
    const restMs = wasWorthIt(found)
      ? 0
      : Math.min((this.clockMs() - startedAtMs) / this.share, this.longestMs);
    this.#notBeforeMs.set(name, startedAtMs + restMs);
    return found;
  }
}
