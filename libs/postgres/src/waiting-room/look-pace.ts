import type { DueSelection } from './select-due.js';

/** A look takes at most this part of the time. */
const share = 1 / 10;

/**
 * Keeps the looks at every endpoint rare enough: one takes a moment for each, and mostly finds little. One that found
 * as much as was asked for is followed by the next at once.
 */
export class LookPace {
  readonly #notBeforeMs = new Map<string, number>();

  constructor(private readonly clockMs: () => number = () => performance.now()) {}

  /** @returns null when it is too early for the next look at these partitions */
  async look(
    { partitions, limit }: DueSelection,
    look: () => Promise<readonly string[]>,
  ): Promise<readonly string[] | null> {
    const name = partitions.join();
    const startedAtMs = this.clockMs();
    if (startedAtMs < (this.#notBeforeMs.get(name) ?? -Infinity)) return null;
    const found = await look();
    const tookMs = this.clockMs() - startedAtMs;
    this.#notBeforeMs.set(name, found.length < limit ? startedAtMs + tookMs / share : startedAtMs);
    return found;
  }
}
