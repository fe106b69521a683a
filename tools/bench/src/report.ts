import type { LatencySummary } from './figures.js';
import type { Goal } from './goal.js';
import type { ProjectionRun, QueriesRun, RecoverRun } from './read-side-report.js';
import type { Tracing } from './tracing-report.js';

/** Everything that one run measured. A phase that was not reached, or not asked for, is absent. */
export interface BenchReport {
  machine: Machine;
  readonly options: { readonly quick: boolean; readonly processes: boolean; readonly door: 'nats' | 'http' };
  rawRequests?: RawRequests;
  broker?: BrokerRates;
  acceptSingly?: AcceptRate;
  acceptInBatches?: AcceptRate;
  endToEnd?: EndToEnd;
  tenEndpoints?: EndToEnd;
  oneEndpoint?: EndToEnd;
  steady?: SteadyLatency;
  /** End-to-end deliveries a second ÷ raw signed requests a second by `Agent.request`, both of this run. */
  ratioToRaw?: number;
  isolation?: Isolation;
  hangingFleet?: HangingFleet;
  waiting?: WaitingRoom;
  memory?: DelivererMemory;
  match?: readonly MatchRun[];
  boot?: DispatcherBoot;
  changes?: Changes;
  tracing?: Tracing;
  projection?: ProjectionRun;
  recover?: RecoverRun;
  queries?: QueriesRun;
  readonly profiles: string[];
  readonly failures: string[];
}

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly natsServer: string;
  readonly postgres: string;
  readonly date: string;
}

export interface RawRequests {
  readonly concurrency: number;
  /** Cores that other programs took meanwhile; `null` where it cannot be told. */
  readonly otherLoadCores: number | null;
  /** By `Agent.request`, as most programs use undici. */
  readonly requestPerSecond: number;
  readonly requestCpuMicros: number;
  /** By `Agent.dispatch`, undici's own lowest door. */
  readonly dispatchPerSecond: number;
  readonly dispatchCpuMicros: number;
}

export interface BrokerRates {
  readonly perBatch: number;
  readonly batchedPerSecond: number;
  readonly singlePerSecond: number;
  readonly singleConcurrency: number;
}

export interface AcceptRate {
  readonly events: number;
  readonly perSecond: number;
  readonly perRequest: number;
  readonly concurrency: number;
  /** Of a request. */
  readonly latency: LatencySummary;
}

export interface EndToEnd {
  readonly events: number;
  readonly deliveries: number;
  readonly duplicates: number;
  /** Passages that ended in the waiting room. */
  readonly deferred: number;
  readonly elapsedMs: number;
  /** From the first publish to the acknowledgement of the last. */
  readonly publishedInMs: number;
  readonly deliveriesPerSecond: number;
  /** Of several runs, of which this is the middle one: deliveries a second of each. */
  readonly ratesOfRuns?: readonly number[];
  /** From the first publish until the projections had caught up and all was idle; `null` where it cannot be told. */
  readonly quietAfterMs: number | null;
  /** Cores that other programs took meanwhile; `null` where it cannot be told. */
  readonly otherLoadCores: number | null;
  readonly cpu: readonly ProcessCpu[];
}

export interface ProcessCpu {
  readonly process: string;
  /** From the first publish to the last receipt. */
  readonly busySec: number;
  readonly microsPerDelivery: number;
  /** Until all was idle, what the tables cost included. */
  readonly microsPerDeliveryUntilQuiet: number;
  /** The most that was resident since it started. */
  readonly peakMemoryMiB: number;
}

export interface SteadyLatency {
  readonly perSecond: number;
  readonly events: number;
  /** Cores that other programs took meanwhile; `null` where it cannot be told. */
  readonly otherLoadCores: number | null;
  readonly cpu: readonly ProcessCpu[];
  readonly sendToAccepted: LatencySummary;
  readonly sendToReceipt: LatencySummary;
  /** Below zero where the receiver had it before the producer had read its 202. */
  readonly acceptedToReceipt: LatencySummary;
}

/** One run at a steady rate: of the deliveries to endpoints that nothing is wrong with. */
export interface SteadyRun {
  /** What did not arrive counts with the time that it was waited for. */
  readonly acceptedToReceipt: LatencySummary;
  /** Of a run that is steady in itself: the p99 of each of its windows of 2.5 s, and of those the median. */
  readonly p99OfWindowMs?: number;
  /** Deliveries that had not arrived when the waiting ended. */
  readonly missing: number;
  /** Cores that other programs took meanwhile; `null` where it cannot be told. */
  readonly otherLoadCores: number | null;
}

/** What a few endpoints do to all others, each run at the same steady rate over the same number of endpoints. */
export interface Isolation {
  readonly perSecond: number;
  readonly endpoints: number;
  readonly hangingEndpoints: number;
  /** Deliveries that come on top at the start of a run. */
  readonly additional: number;
  readonly undisturbed: SteadyRun;
  readonly undisturbedAgain: SteadyRun;
  /** By windows, the second undisturbed run ÷ the first: what a ratio of this machine and day is worth. */
  readonly undisturbedRatio: number;
  readonly hanging: SteadyRun;
  /** To the undisturbed by windows; those that follow to the undisturbed p99. The undisturbed runs taken together. */
  readonly hangingRatio: number;
  /** All additional deliveries for one endpoint. */
  readonly flooded: SteadyRun;
  readonly floodedRatio: number;
  /** The additional deliveries spread over the healthy endpoints. */
  readonly spread: SteadyRun;
  readonly spreadRatio: number;
  readonly goals: readonly Goal[];
}

/** Few healthy endpoints, and many more that first answer and then hang; half of all events go to each. */
export interface HangingFleet {
  readonly healthyEndpoints: number;
  readonly hangingEndpoints: number;
  /** Events for the healthy endpoints, at the steady rate; as many more go to the others. */
  readonly perSecond: number;
  readonly undisturbed: SteadyRun;
  readonly hanging: SteadyRun;
  /** Events for the healthy endpoints that are published as fast as they are accepted; as many more for the others. */
  readonly burst: number;
  /** Deliveries to the healthy endpoints, while the others answer. */
  readonly undisturbedPerSecond: number;
  readonly hangingPerSecond: number;
  /** Deliveries to the healthy endpoints of the last burst that had not arrived when the waiting ended. */
  readonly missing: number;
  /** Requests that were left without an answer at the end. */
  readonly openAtEnd: number;
  readonly goals: readonly Goal[];
}

/** Deliveries that wait for their time in PostgreSQL. */
export interface WaitingRoom {
  readonly rows: number;
  readonly endpoints: number;
  readonly seededInMs: number;
  readonly perSecond: number;
  readonly firstAttemptsWithout: SteadyRun;
  readonly firstAttemptsWith: SteadyRun;
  readonly due: DueRun;
  readonly putBack: PutBackRun;
  readonly drain: DrainRun;
  readonly restart: RestartRun;
  readonly goals: readonly Goal[];
}

/** Rows that become due at a steady rate. */
export interface DueRun {
  readonly rows: number;
  readonly perSecond: number;
  /** From the due time to the receipt. */
  readonly lateness: LatencySummary;
  readonly early: number;
  readonly duplicates: number;
  readonly otherLoadCores: number | null;
}

/** Rows that are all due at once and go into the stream of what is due, of which nothing is handed out meanwhile. */
export interface PutBackRun {
  readonly rows: number;
  readonly putBackPerSecond: number;
  /** Of all our processes. */
  readonly cpuMicrosEach: number;
  readonly otherLoadCores: number | null;
}

/** Rows that are all due at once, and delivered meanwhile. */
export interface DrainRun {
  readonly rows: number;
  /** Into the stream of what is due. */
  readonly putBackPerSecond: number;
  readonly receivedPerSecond: number;
  readonly otherLoadCores: number | null;
}

/** Rows that become due while everything is stopped and started. */
export interface RestartRun {
  readonly rows: number;
  readonly received: number;
  readonly early: number;
  readonly duplicates: number;
  /** From the first process told to stop until all were ready. */
  readonly awayMs: number;
  /** From when all was ready and all was due until all had come. */
  readonly caughtUpAfterMs: number;
}

/** Resident memory of the deliverer as a process of its own, in MiB. */
export interface DelivererMemory {
  readonly endpoints: number;
  readonly waiting: number;
  readonly events: number;
  readonly createdInMs: number;
  readonly atRestMiB: number;
  readonly afterTrafficMiB: number;
  readonly peakMiB: number;
  readonly deliveriesPerSecond: number;
  readonly goals: readonly Goal[];
}

/** Finding out which endpoints of a tenant an event reaches, in this process alone. */
export interface MatchRun {
  readonly what: string;
  readonly endpoints: number;
  /** Endpoints that one event reaches, on average. */
  readonly reached: number;
  readonly microsPerMatch: number;
}

/** A dispatcher that starts beside another with many endpoints, and how soon a change is followed. */
export interface DispatcherBoot {
  readonly endpoints: number;
  readonly tenants: number;
  readonly publishedInMs: number;
  /** The same process with no endpoint at all. */
  readonly emptyReadyAfterMs: number;
  readonly emptyPeakMiB: number;
  readonly readyAfterMs: number;
  readonly cpuSec: number;
  readonly residentMiB: number;
  readonly peakMiB: number;
  /** From the answered PATCH to the receipt of an event that only the changed endpoint lets through. */
  readonly changeFollowed: LatencySummary;
  readonly otherLoadCores: number | null;
  readonly goals: readonly Goal[];
}

/** A phase did not do what it should: the figures would mean nothing. */
export class PhaseFailed extends Error {
  override name = 'PhaseFailed';
}

/** How soon a change is in force in the processes that did not take it. */
export interface Changes {
  /** Processes of each. */
  readonly ingests: number;
  readonly dispatchers: number;
  readonly deliverers: number;
  readonly kinds: readonly ChangeKind[];
  /** Cores that other programs took meanwhile; `null` where it cannot be told. */
  readonly otherLoadCores: number | null;
  readonly goals: readonly Goal[];
}

export interface ChangeKind {
  readonly what: string;
  /** From the answer of the change to what first shows it; or to the last request that does not, 0 where there is none. */
  readonly inForceAfter: LatencySummary;
  /** Probes that still met the old state. */
  readonly early: number;
}
