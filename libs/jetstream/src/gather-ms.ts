const gather = { timesWriting: 4, leastMs: 50, mostMs: 500 };

/**
 * After a small batch more is waited for, in proportion to what its writing took: a transaction costs about the same for
 * few facts as for many, and where machine or database are busy it takes its time from deliveries. So tables lag this
 * much behind a quiet stream; far behind a stream nothing is waited for.
 * @param isUrgent something is due by what is written: no longer than must be
 */
export function gatherMs(writingMs: number, isUrgent = false): number {
  const { leastMs, mostMs, timesWriting } = gather;
  return isUrgent ? leastMs : Math.min(Math.max(leastMs, timesWriting * writingMs), mostMs);
}
