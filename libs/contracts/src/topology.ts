import { deliveryFilter, lanes, logFilter, opsFilter, type Lane } from './subjects.js';

/**
 * Streams and durables as data. `libs/jetstream` brings the broker to this at boot; drift that cannot be mended stops
 * the boot.
 */
export const streamNames = {
  events: 'EVENTS',
  deliveries: 'DELIVERIES',
  log: 'LOG',
  config: 'CONFIG',
  idempotency: 'IDEMPOTENCY',
} as const;
export type StreamName = (typeof streamNames)[keyof typeof streamNames];

export interface StreamSpec {
  readonly name: StreamName;
  readonly subjects: readonly string[];
  /** How long the broker remembers a `Nats-Msg-Id`; each costs it 240 bytes. */
  readonly duplicateWindowMs: number;
  readonly maxMessageBytes: number;
  /** `Nats-Rollup` is allowed: retired secrets must really be gone. */
  readonly rollup: boolean;
  /** Older messages are dropped by the broker; without it they stay. */
  readonly maxAgeMs?: number;
  /** Of each subject only the last message stays. */
  readonly lastOnly?: true;
}

export interface ConsumerSpec {
  readonly stream: StreamName;
  /** The durable's name, and the pattern that its one handler declares. */
  readonly durable: string;
  readonly filter: string;
  readonly ackWaitMs: number;
  /** Messages handed out and not yet acknowledged, over all replicas. */
  readonly maxAckPending: number;
  /** One owner at a time: JetStream's `pinned_client` priority policy, failing over after this long (ADR-42). */
  readonly pinnedTimeoutMs?: number;
}

/** First words of the standard event types: registered in EVENTS from the first start. */
export const standardFirstWords = [
  'order',
  'payment',
  'user',
  'invoice',
  'shipment',
  'refund',
  'webhook',
] as const;

/** More than this many first words are refused: each is a subject of the stream (contract: event types). */
export const maxFirstWords = 200;

/** A webhook body is at most 256 KiB by default and 1 MiB at most; JSON facts and headers need room around it. */
const maxMessageBytes = 2 * 1024 * 1024;

export function eventSubjects(firstWords: Iterable<string>): string[] {
  const words = new Set([...standardFirstWords, ...firstWords]);
  return [...[...words].map((word) => `${word}.>`), opsFilter].sort();
}

/** In the order in which they are made: where CONFIG is, all were. */
export function streams(firstWords: Iterable<string> = []): readonly StreamSpec[] {
  const minute = 60_000;
  return [
    {
      name: 'EVENTS',
      subjects: eventSubjects(firstWords),
      duplicateWindowMs: 10 * minute,
      maxMessageBytes,
      rollup: false,
    },
    {
      name: 'DELIVERIES',
      subjects: lanes.map((lane) => `postel.${lane}.>`),
      duplicateWindowMs: 2 * minute,
      maxMessageBytes,
      rollup: false,
    },
    {
      name: 'LOG',
      subjects: ['postel.log.>'],
      duplicateWindowMs: 2 * minute,
      maxMessageBytes,
      rollup: false,
    },
    {
      name: 'IDEMPOTENCY',
      subjects: ['postel.idempotency.>'],
      duplicateWindowMs: 2 * minute,
      maxMessageBytes,
      rollup: false,
      maxAgeMs: 24 * 60 * minute,
      lastOnly: true,
    },
    {
      name: 'CONFIG',
      subjects: ['postel.config.>'],
      duplicateWindowMs: 2 * minute,
      maxMessageBytes,
      rollup: true,
    },
  ];
}

export const dispatcherConsumer: ConsumerSpec = {
  stream: 'EVENTS',
  durable: 'dispatcher',
  filter: '>',
  ackWaitMs: 10_000,
  maxAckPending: 50_000,
};

/** The pattern that the deliverer's one handler declares for all its partitions and lanes. */
export const delivererPattern = 'deliverer';

export function delivererConsumer(lane: Lane, partition: number): ConsumerSpec {
  return {
    stream: 'DELIVERIES',
    durable: `deliverer-${lane}-${partition}`,
    filter: deliveryFilter(lane, partition),
    // an attempt may take longer: the runner reports what is in work as in progress, so that only what a dead process
    // held comes back, and soon
    ackWaitMs: 15_000,
    maxAckPending: 2_000,
    pinnedTimeoutMs: 6_000,
  };
}

/** A 410 disables its endpoint: a reaction to the log, once per fact, apart from the projections that can be rebuilt. */
export const disableGoneConsumer: ConsumerSpec = {
  stream: 'LOG',
  durable: 'dead-letter-disable-gone',
  filter: logFilter('delivery.died'),
  ackWaitMs: 30_000,
  maxAckPending: 1_000,
};
