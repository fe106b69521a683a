import type { ConsumerInfo, StreamInfo } from '@nats-io/jetstream';
import { streamNames, type StreamName } from '@postel/contracts';
import type { Broker } from './connect-broker.js';

export interface StreamReport {
  readonly stream: StreamName;
  readonly messages: number;
  readonly bytes: number;
  /** What is published beyond is refused; `null`: no limit of its own. */
  readonly limitBytes: number | null;
  /** When its oldest message was stored; `null`: it is empty. */
  readonly oldestAtMs: number | null;
  readonly lastSeq: number;
  /** Its leader included; without a cluster there is one, and it is current. */
  readonly replicas: Readonly<Record<ReplicaState, number>>;
  /** Operations. */
  readonly slowestReplicaLag: number;
}

export type ReplicaState = 'current' | 'lagging' | 'offline';

export interface ConsumerReport {
  readonly stream: StreamName;
  readonly durable: string;
  readonly pending: number;
  readonly ackPending: number;
  readonly redelivered: number;
}

export interface BrokerReport {
  readonly streams: readonly StreamReport[];
  /** They do not answer: no leader, or not there at all. */
  readonly silentStreams: readonly StreamName[];
  readonly consumers: readonly ConsumerReport[];
  readonly storage: { readonly usedBytes: number; readonly limitBytes: number | null };
}

/** The only streams with durables: the others are read by followers that keep their own position. */
const consumed: readonly StreamName[] = ['EVENTS', 'DELIVERIES', 'LOG'];

/** How the broker is, as it says itself; a stream that does not answer does not hide the others. @throws while it is away */
export async function reportBroker(broker: Broker): Promise<BrokerReport> {
  const { storage, limits, tiers } = await broker.jsm.getAccountInfo();
  const accounts = Object.values(tiers ?? {}).filter((tier) => tier !== undefined);
  const ofStreams = await Promise.all(Object.values(streamNames).map((name) => ofStream(broker, name)));
  return {
    streams: ofStreams.flatMap(({ report }) => (report === null ? [] : [report])),
    silentStreams: ofStreams.flatMap(({ stream, report }) => (report === null ? [stream] : [])),
    consumers: ofStreams.flatMap(({ consumers }) => consumers),
    // an account may have its limits by number of replicas, and then none for all
    storage: {
      usedBytes: accounts.length > 0 ? sum(accounts.map((tier) => tier.storage)) : storage,
      limitBytes: limitOf(accounts.length > 0 ? accounts.map((tier) => tier.limits) : [limits]),
    },
  };
}

interface OfStream {
  readonly stream: StreamName;
  readonly report: StreamReport | null;
  readonly consumers: readonly ConsumerReport[];
}

async function ofStream(broker: Broker, stream: StreamName): Promise<OfStream> {
  try {
    const info = await broker.jsm.streams.info(stream);
    const consumers: ConsumerReport[] = [];
    if (consumed.includes(stream))
      for await (const consumer of broker.jsm.consumers.list(stream))
        if (consumer.config.durable_name !== undefined) consumers.push(consumerReport(stream, consumer));
    return { stream, report: streamReport(stream, info), consumers };
  } catch (error) {
    if (!broker.isConnected()) throw error;
    return { stream, report: null, consumers: [] };
  }
}

function streamReport(stream: StreamName, { config, state, cluster }: StreamInfo): StreamReport {
  const followers = cluster?.replicas ?? [];
  const offline = followers.filter((peer) => peer.offline).length;
  const current = followers.filter((peer) => peer.current && !peer.offline).length;
  return {
    stream,
    messages: state.messages,
    bytes: state.bytes,
    limitBytes: config.max_bytes > 0 ? config.max_bytes : null,
    oldestAtMs: state.messages > 0 ? Date.parse(String(state.first_ts)) : null,
    lastSeq: state.last_seq,
    replicas: { current: current + 1, lagging: followers.length - current - offline, offline },
    slowestReplicaLag: Math.max(0, ...followers.map(({ lag }) => lag ?? 0)),
  };
}

function consumerReport(stream: StreamName, info: ConsumerInfo): ConsumerReport {
  return {
    stream,
    durable: info.name,
    pending: info.num_pending,
    ackPending: info.num_ack_pending,
    redelivered: info.num_redelivered,
  };
}

/** @returns `null` where one of them has none */
function limitOf(limits: readonly { readonly max_storage: number }[]): number | null {
  return limits.every(({ max_storage }) => max_storage > 0)
    ? sum(limits.map(({ max_storage }) => max_storage))
    : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
