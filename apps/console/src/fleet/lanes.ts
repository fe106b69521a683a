import type { Fleet } from './findings.js';

type Consumer = NonNullable<Fleet['consumers']>[number];

/** Consumers that do the same of one partition each: what stands before a lane is what one looks at first. */
export interface Lane {
  readonly name: string;
  readonly pending: number;
  readonly ackPending: number;
}

/** @returns a lane for all that differ in a number at the end alone, in the order they came in */
export function lanesOf(consumers: readonly Consumer[]): Lane[] {
  const lanes = Map.groupBy(
    consumers,
    ({ stream, consumer }) => `${stream} / ${consumer.replace(/-\d+$/, '')}`,
  );
  return [...lanes].map(([name, those]) => ({
    name: those.length === 1 ? name : `${name}, ${those.length} partitions`,
    pending: those.reduce((sum, { pending }) => sum + pending, 0),
    ackPending: those.reduce((sum, { ackPending }) => sum + ackPending, 0),
  }));
}
