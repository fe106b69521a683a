export interface StreamReaders {
  /** The last position of the stream, asked for before all else here. */
  readonly lastSeq: number;
  /** The first message that is not past its retention; null: all are. */
  readonly firstRetainedSeq: number | null;
  readonly consumers: readonly DurableState[];
  /** Durables without which nobody knows what is still to be read. */
  readonly neededDurables: readonly string[];
  /** Positions in PostgreSQL, by name. */
  readonly positions: ReadonlyMap<string, number>;
  /** Names of those that follow this stream, whether they ever ran or not. */
  readonly neededPositions: readonly string[];
}

export interface DurableState {
  readonly name: string;
  /** All that there is for it up to there is acknowledged; `Infinity`: nothing is left. */
  readonly consumedUpTo: number;
}

/**
 * The lowest position that has to stay: everything below is past its retention, and everybody has read it.
 * @returns 0 when something is missing that would have to be asked
 */
export function keepFrom(readers: StreamReaders): number {
  const { lastSeq, firstRetainedSeq, consumers, neededDurables, positions, neededPositions } = readers;
  const known = new Set(consumers.map(({ name }) => name));
  if (neededDurables.some((name) => !known.has(name))) return 0;
  return Math.min(
    lastSeq + 1,
    firstRetainedSeq ?? Infinity,
    ...consumers.map(({ consumedUpTo }) => consumedUpTo + 1),
    ...neededPositions.map((name) => (positions.get(name) ?? 0) + 1),
  );
}
