import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectionName, StreamName } from '@postel/contracts';
import { LastingTrouble, type Tracing } from '@postel/telemetry';
import type { Broker } from './connect-broker.js';
import { followStream } from './follow-stream.js';
import { gatherMs } from './gather-ms.js';
import type { IncomingMessage } from './incoming-message.js';
import { lastSequenceNow } from './last-sequence.js';
import { refuseOtherStream } from './other-stream.js';
import { traceStored, type TracedPart } from './trace-stored.js';
import { WriteBehind } from './write-behind.js';

/** Where projections keep their positions; one writer at a time holds a lease. */
export interface PositionStore<Tx> {
  /** @returns `null` while another process holds it */
  acquire(name: string): Promise<PositionLease<Tx> | null>;
}

export interface PositionLease<Tx> {
  /** Everything at or below is stored. */
  position(): Promise<number>;
  /** The work and the new position in one transaction; throws when the lease was lost. */
  apply(position: number, work: (tx: Tx) => Promise<void>): Promise<void>;
  /** Work of the projection's writer that moves no position, in a transaction between those of `apply`. */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Resolves when the lease is gone. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

/** What a batch comes to. */
export interface PreparedBatch<Tx> {
  /** Up to where everything is stored once it is written; its last message when this is not given. */
  readonly position?: number;
  readonly write: (tx: Tx) => Promise<void>;
  /** What is told of it in traces, once it is stored; asked for while tracing is on. */
  readonly traced?: () => Iterable<TracedPart>;
}

/** A batch that is in the tables, for whoever counts. */
export interface StoredBatch {
  readonly messages: number;
  readonly durationMs: number;
}

export interface ProjectionOptions<Tx> {
  /** The key of its position; with its name goes that the janitor waits for it. */
  readonly name: ProjectionName;
  readonly stream: StreamName;
  readonly filters: readonly string[];
  readonly store: PositionStore<Tx>;
  /** Reads a batch, in stream order, while the one before it is still written. */
  readonly prepare: (batch: readonly IncomingMessage[]) => Promise<PreparedBatch<Tx>> | PreparedBatch<Tx>;
  /** Positions may stay behind what was read: a stream of which nothing comes says nothing of what is stored. */
  readonly holdsBack?: boolean;
  readonly signal: AbortSignal;
  /** This process became the writer, or (`null`) is it no more. */
  readonly onLease?: (lease: PositionLease<Tx> | null) => void | Promise<void>;
  /** Waited for before each batch. */
  readonly beforeBatch?: (batch: readonly IncomingMessage[]) => Promise<void>;
  readonly onStored?: (last: IncomingMessage, stored: StoredBatch) => void;
  readonly onLevel?: () => void;
  /** `null` or absent: off. */
  readonly tracing?: Tracing | null;
  /** Something is due by what it stores: it waits for no more than it must. */
  readonly isUrgent?: boolean;
  /** As of {@link followStream}: a large batch costs memory, a small one transactions. */
  readonly maxBatchBytes?: number;
  /** How long nothing must come before the position follows the stream all the same. */
  readonly idleAfterMs?: number;
  readonly onTrouble: (message: string, error?: unknown) => void;
}

const largeBatchBytes = 256 * 1024;
const infoTimeoutMs = 5_000;

/**
 * Applies a stream to the database, in stream order, by one active writer, with the position in the same transaction.
 *
 *   waiting (another has the lease) ──▶ reading from the stored position ──▶ any failure: the lease is given back and
 *   the position read again, because a failed commit may have happened
 *
 * Ends when the signal aborts.
 */
export async function runProjection<Tx>(broker: Broker, options: ProjectionOptions<Tx>): Promise<void> {
  let failures = 0;
  const trouble = new LastingTrouble(() => Date.now());
  while (!options.signal.aborted) {
    try {
      const lease = await options.store.acquire(options.name);
      if (lease) {
        await projectUnderLease(broker, options, lease, () => {
          failures = 0;
          trouble.passed();
        });
      }
    } catch (error) {
      failures += 1;
      if (trouble.again()) options.onTrouble(`the projection ${options.name} waits`, error);
    }
    await delay(Math.min(250 * 2 ** failures, 2_000), undefined, { signal: options.signal }).catch(
      () => undefined,
    );
  }
}

async function projectUnderLease<Tx>(
  broker: Broker,
  options: ProjectionOptions<Tx>,
  lease: PositionLease<Tx>,
  succeeded: () => void,
): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  void lease.lost.then(end);
  // the first may have aborted already, while the lease was acquired
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const behind = new WriteBehind(end);
  const { onLevel } = options;
  let writingMs = 0;
  const write = async (batch: readonly IncomingMessage[], prepared: PreparedBatch<Tx>) => {
    writingMs = await writeBatch(options, lease, batch, prepared);
    succeeded();
  };
  try {
    const after = await lease.position();
    const { name, stream } = options;
    refuseOtherStream({
      name,
      stream,
      position: after,
      end: await lastSequenceNow(broker, stream, infoTimeoutMs),
    });
    await options.onLease?.(lease);
    await followStream(broker, {
      stream: options.stream,
      filters: options.filters,
      start: { after },
      signal,
      ...(onLevel ? { onLevel: () => behind.whenWritten(onLevel) } : {}),
      ...(options.holdsBack ? {} : { onIdle: (upTo: number) => moveOn(lease, upTo) }),
      ...(options.maxBatchBytes === undefined ? {} : { maxBatchBytes: options.maxBatchBytes }),
      ...(options.idleAfterMs === undefined ? {} : { idleAfterMs: options.idleAfterMs }),
      onTrouble: (error) => options.onTrouble(`the projection ${options.name} reads again`, error),
      onBatch: async (batch) => {
        await options.beforeBatch?.(batch);
        const prepared = await options.prepare(batch);
        await behind.begin(() => write(batch, prepared));
        if (isPartOfMore(batch)) return;
        await behind.written();
        await delay(gatherMs(writingMs, options.isUrgent), undefined, { signal }).catch(() => undefined);
      },
    });
    await behind.written();
  } finally {
    await behind.written().catch(() => undefined); // told above, or by what ended this
    await options.onLease?.(null);
    await lease.release().catch(() => undefined); // its connection may be what failed
  }
}

/** @returns how long it took, in milliseconds */
async function writeBatch<Tx>(
  { name: projection, onStored, stream, tracing }: ProjectionOptions<Tx>,
  lease: PositionLease<Tx>,
  batch: readonly IncomingMessage[],
  { position, traced, write }: PreparedBatch<Tx>,
): Promise<number> {
  const last = batch[batch.length - 1] as IncomingMessage;
  const [startedAtMs, fromMs] = [Date.now(), performance.now()];
  await lease.apply(position ?? last.seq, write);
  const durationMs = performance.now() - fromMs;
  onStored?.(last, { messages: batch.length, durationMs });
  if (tracing && traced) traceStored(tracing, { projection, stream, startedAtMs, parts: traced() });
  return durationMs;
}

function isPartOfMore(batch: readonly IncomingMessage[]): boolean {
  const sizeBytes = batch.reduce((sum, { payload }) => sum + payload.length, 0);
  return sizeBytes >= largeBatchBytes || (batch[batch.length - 1]?.behind ?? 0) > 0;
}

async function moveOn<Tx>(lease: PositionLease<Tx>, upTo: number): Promise<void> {
  if (upTo > (await lease.position())) await lease.apply(upTo, () => Promise.resolve());
}
