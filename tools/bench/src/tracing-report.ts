import type { Goal } from './goal.js';

/** What traces cost end to end: the median of several rounds of each. */
export interface Tracing {
  /** What is asked for traces on the way of a delivery while they are off, in ns. */
  readonly offNanos: number;
  readonly goals: readonly Goal[];
  readonly runs: readonly TracingRun[];
  /** That a collector was sent, over all rounds. */
  readonly exportedBytes: number;
}

export interface TracingRun {
  readonly what: string;
  readonly deliveriesPerSecond: number;
  /** Of our own processes, tables included. */
  readonly microsPerDelivery: number;
  /** To the run without traces. */
  readonly rateRatio: number;
  readonly cpuRatio: number;
}
