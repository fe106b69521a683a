/** Milliseconds of the machine's monotonic clock: the same one in every process, so that times can be compared across them. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
