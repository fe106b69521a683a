import type { StreamName } from '@postel/contracts';

export interface StoredPosition {
  /** Of whoever stored it. */
  readonly name: string;
  readonly stream: StreamName;
  readonly position: number;
  /** The last position of the stream. */
  readonly end: number;
}

/**
 * A broker that was restored to an older state would store what comes next below a position, and nobody would read it.
 * @throws Error that says so
 */
export function refuseOtherStream({ name, stream, position, end }: StoredPosition): void {
  if (position <= end) return;
  throw new Error(
    `${name} has stored ${stream} up to ${position}, which ends at ${end}: the tables are of a later time than the streams, and must be restored to theirs or before`,
  );
}
