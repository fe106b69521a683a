import type { LatencySummary } from './figures.js';

/** Everything that one run measured. A phase that was not reached is absent. */
export interface BenchReport {
  readonly machine: Machine;
  readonly options: { readonly quick: boolean; readonly processes: boolean; readonly door: 'nats' | 'http' };
  rawRequests?: RawRequests;
  broker?: BrokerRates;
  acceptSingly?: AcceptRate;
  acceptInBatches?: AcceptRate;
  endToEnd?: EndToEnd;
  tenEndpoints?: EndToEnd;
  steady?: SteadyLatency;
  /** End-to-end deliveries a second ÷ raw signed requests a second by `Agent.request`, both of this run. */
  ratioToRaw?: number;
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
  readonly elapsedMs: number;
  /** From the first publish to the acknowledgement of the last. */
  readonly publishedInMs: number;
  readonly deliveriesPerSecond: number;
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

/** A phase did not do what it should: the figures would mean nothing. */
export class PhaseFailed extends Error {
  override name = 'PhaseFailed';
}
