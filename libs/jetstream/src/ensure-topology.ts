import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { streams, type StreamName, type StreamSpec } from '@postel/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerUnreachable, type Broker } from './connect-broker.js';
import { isBrokerUnavailable } from './publish-error.js';

/** The broker's streams are not what Postel needs, and changing them is not ours to decide. */
export class TopologyDrift extends Error {
  override name = 'TopologyDrift';
}

export interface TopologyOptions {
  readonly replicas: number;
  readonly firstWords?: Iterable<string>;
  /** How long a cluster that has just come up may take to elect its leaders; 30,000 when absent. */
  readonly patienceMs?: number;
}

const askAgainAfterMs = 250;

/**
 * Creates the streams that are missing and mends what can be mended. Subjects are only ever added: first words learned
 * by another process stay. A stream that was lost goes on at a position that it cannot have reached (ADR 51).
 * @returns the streams that have fewer copies than `replicas`, by which they are made and not changed
 * @throws {TopologyDrift} one line: the stream, the setting, what is there and what is needed; or that CONFIG was lost
 * @throws {BrokerUnreachable} one line: there is a server, and JetStream does not answer in time
 */
export async function ensureTopology(
  broker: Broker,
  options: TopologyOptions,
): Promise<readonly StreamName[]> {
  const deadlineMs = Date.now() + (options.patienceMs ?? 30_000);
  const [first] = streams();
  const firstSeq = await patiently(first as StreamSpec, deadlineMs, () => firstSequence(broker));
  const fewer: StreamName[] = [];
  for (const spec of streams(options.firstWords)) {
    const { config } = await patiently(spec, deadlineMs, async () => {
      const current = await broker.jsm.streams.info(spec.name).catch(whenMissing);
      if (!current) return create(broker, spec, { ...options, firstSeq });
      await mend(broker, spec, current);
      return current;
    });
    if (config.num_replicas < options.replicas) fewer.push(spec.name);
  }
  return fewer;
}

/**
 * Of a stream that has to be made. 1 at the first start, and of what was lost the time in milliseconds, which is beyond
 * all that it can have had: what follows it by position goes on, and no id that is made of one comes again.
 * @throws {TopologyDrift} when CONFIG was lost, of what others are there for
 */
async function firstSequence(broker: Broker): Promise<number> {
  if (await broker.jsm.streams.info('CONFIG').catch(whenMissing)) return Date.now();
  for (const name of writtenAfterConfig) {
    const info = await broker.jsm.streams.info(name).catch(whenMissing);
    if (info && info.state.last_seq > 0) throw new TopologyDrift(configLost(name));
  }
  return 1;
}

/** By services only, which begin with CONFIG; to EVENTS a producer may publish as soon as it is made. */
const writtenAfterConfig: readonly StreamName[] = ['LOG', 'DELIVERIES', 'IDEMPOTENCY'];

/** What to do about it is in the runbook. */
const configLost = (written: StreamName) =>
  `The stream CONFIG is missing, though ${written} has been written: endpoints, tenants and keys are lost, and nothing is made anew in their place; see docs/how-to/runbooks/dependency-unreachable.md`;

async function patiently<T>(spec: StreamSpec, deadlineMs: number, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      // one that has no JetStream will not have it in a moment
      const passes = isBrokerUnavailable(error) && (error as Error).name !== 'JetStreamNotEnabled';
      if (!passes) throw error;
      if (Date.now() >= deadlineMs) throw notAnswering(spec, error as Error);
      await sleep(askAgainAfterMs);
    }
  }
}

function notAnswering({ name }: StreamSpec, error: Error): BrokerUnreachable {
  return new BrokerUnreachable(
    `NATS answers, but its JetStream does not (stream ${name}: ${error.message}): has the cluster a leader?`,
  );
}

/** Merges first words into the subjects of EVENTS; safe to repeat, and repeated by whoever finds its word missing. */
export async function addEventSubjects(broker: Broker, firstWords: Iterable<string>): Promise<void> {
  const spec = streams(firstWords).find(({ name }) => name === 'EVENTS') as StreamSpec;
  await mend(broker, spec, await broker.jsm.streams.info('EVENTS'));
}

function whenMissing(error: unknown): null {
  if (error instanceof Error && /stream not found/i.test(error.message)) return null;
  throw error;
}

async function create(
  broker: Broker,
  spec: StreamSpec,
  { firstSeq, replicas }: Pick<TopologyOptions, 'replicas'> & { readonly firstSeq: number },
): Promise<StreamInfo> {
  return broker.jsm.streams
    .add({
      name: spec.name,
      subjects: [...spec.subjects],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      num_replicas: replicas,
      first_seq: firstSeq,
      duplicate_window: nanos(spec.duplicateWindowMs),
      max_msg_size: spec.maxMessageBytes,
      allow_direct: true,
      allow_atomic: true,
      allow_rollup_hdrs: spec.rollup,
      max_age: nanos(spec.maxAgeMs ?? 0),
      max_msgs_per_subject: perSubject(spec),
    })
    .catch(async (error: unknown) => {
      // another process of ours may have been quicker
      const now = await broker.jsm.streams.info(spec.name).catch(whenMissing);
      if (!now) throw error;
      return now;
    });
}

async function mend(broker: Broker, spec: StreamSpec, info: StreamInfo): Promise<void> {
  const { config } = info;
  refuseDrift(spec, config);
  const subjects = [...new Set([...config.subjects, ...spec.subjects])].sort();
  const wanted = {
    subjects,
    allow_direct: true,
    allow_atomic: true,
    duplicate_window: nanos(spec.duplicateWindowMs),
    max_msg_size: spec.maxMessageBytes,
    allow_rollup_hdrs: spec.rollup,
    ...(spec.lastOnly ? { max_msgs_per_subject: 1 } : {}),
  };
  const now: Partial<StreamConfig> & { allow_atomic?: boolean } = config;
  const same =
    subjects.length === config.subjects.length &&
    now.allow_direct === true &&
    now.allow_atomic === true &&
    now.duplicate_window === wanted.duplicate_window &&
    now.max_msg_size === wanted.max_msg_size &&
    (now.allow_rollup_hdrs ?? false) === spec.rollup &&
    (!spec.lastOnly || now.max_msgs_per_subject === 1);
  if (!same) await broker.jsm.streams.update(spec.name, { ...config, ...wanted });
}

function perSubject({ lastOnly }: StreamSpec): number {
  return lastOnly ? 1 : -1;
}

function refuseDrift(spec: StreamSpec, config: StreamConfig): void {
  const drift = driftOf(spec, config);
  if (drift !== null) throw new TopologyDrift(drift);
}

/** The first setting that is not ours to change; one line that can be shown. */
function driftOf(spec: StreamSpec, config: StreamConfig): string | null {
  const checks: [string, unknown, unknown][] = [
    ['retention', config.retention, RetentionPolicy.Limits],
    ['storage', config.storage, StorageType.File],
    ['discard', config.discard, DiscardPolicy.New],
    ['max_age', config.max_age, nanos(spec.maxAgeMs ?? 0)],
  ];
  const drifted = checks.find(([, there, needed]) => there !== needed);
  if (!drifted) return null;
  const [name, there, needed] = drifted;
  return `The stream ${spec.name} has ${name}=${String(there)} and Postel needs ${String(needed)}; change or move that stream, it is not Postel's`;
}

/** What would stop a boot, of every stream that is there. */
export async function findTopologyDrift(broker: Broker): Promise<readonly string[]> {
  const found = await Promise.all(
    streams().map(async (spec) => {
      const info = await broker.jsm.streams.info(spec.name).catch(whenMissing);
      return info && driftOf(spec, info.config);
    }),
  );
  return found.filter((drift) => drift !== null);
}
