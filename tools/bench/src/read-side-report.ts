import type { Goal } from './goal.js';
import type { SteadyRun } from './report.js';

/** The tables, written by themselves from streams that are full. Rates are the medians of the rounds. */
export interface ProjectionRun {
  readonly rounds: number;
  /** Of all rounds. */
  readonly deliveries: number;
  readonly endpoints: number;
  /** By all services, tables written meanwhile. */
  readonly besideTablesPerSecond: number;
  /** The same until the last of them is in the tables: what the machine can go on with. */
  readonly inTablesPerSecond: number;
  /** While no tables were written. */
  readonly deliveriesPerSecond: number;
  readonly projectedPerSecond: number;
  /** By two processes, each of which writes some of the tables. */
  readonly sharedPerSecond: number;
  readonly elapsedMs: number;
  readonly cpuMicrosEach: number;
  readonly postgresCpuMicrosEach: number;
  /** All tables made anew beside the live ones, from the streams. */
  readonly rebuild: { readonly rows: number; readonly elapsedMs: number; readonly rowsPerSecond: number };
  readonly otherLoadCores: number | null;
  readonly goals: readonly Goal[];
}

/** Reads of the API beside much that happened. */
export interface QueriesRun {
  readonly attempts: number;
  readonly deliveries: number;
  readonly seededInMs: number;
  /** The figures of all of it. */
  readonly countedInMs: number;
  /** Of each read. */
  readonly runs: number;
  readonly queries: readonly QueryTimes[];
  readonly plansFile: string;
  readonly otherLoadCores: number | null;
  readonly goals: readonly Goal[];
}

export interface QueryTimes {
  readonly what: string;
  /** The most that an answer had. */
  readonly rows: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Live traffic beside an endpoint that gets what it missed. */
/** All rounds together. */
export interface RoundsOfRecover extends SteadyRun {
  /** p99 of each round, the median of them. */
  readonly p99OfRoundMs: number;
}

export interface RecoverRun {
  readonly perSecond: number;
  readonly missed: number;
  /** Deliveries that the recover made meanwhile. */
  readonly recoveredPerSecond: number;
  readonly rounds: number;
  readonly undisturbed: RoundsOfRecover;
  readonly beside: RoundsOfRecover;
  /** Of the p99 of the median round, to the undisturbed one. */
  readonly besideRatio: number;
  /** The same of undisturbed rounds to the other undisturbed ones: what is chance. */
  readonly undisturbedHalvesRatio: number;
  readonly goals: readonly Goal[];
}
