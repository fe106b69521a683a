/** Milliseconds of the machine's monotonic clock: the same one in every process, so that times can be compared across them. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What has to be added to a time of the monotonic clock to have one since 1970. Takes a millisecond: the other clock has no less. */
export function sinceEpochMs(): number {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return now - monotonicMs();
}
