import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectionName, StreamName } from '@postel/contracts';
import { LastingTrouble, type Tracing } from '@postel/telemetry';
import type { Broker } from './connect-broker.js';
import { followStream } from './follow-stream.js';
import type { IncomingMessage } from './incoming-message.js';
import { traceStored, type TracedPart } from './trace-stored.js';

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

export interface ProjectionOptions<Tx> {
  /** The key of its position; with its name goes that the janitor waits for it. */
  readonly name: ProjectionName;
  readonly stream: StreamName;
  readonly filters: readonly string[];
  readonly store: PositionStore<Tx>;
  readonly apply: (tx: Tx, batch: readonly IncomingMessage[]) => Promise<void>;
  /** Up to where everything is stored once this batch was applied; its last message when this is not given. */
  readonly positionAfter?: (batch: readonly IncomingMessage[]) => Promise<number>;
  readonly signal: AbortSignal;
  /** This process became the writer, or (`null`) is it no more. */
  readonly onLease?: (lease: PositionLease<Tx> | null) => void | Promise<void>;
  /** Waited for before each batch. */
  readonly beforeBatch?: (first: IncomingMessage) => Promise<void>;
  readonly onStored?: (last: IncomingMessage) => void;
  readonly onLevel?: () => void;
  /** `null` or absent: off. */
  readonly tracing?: Tracing | null;
  /** What of a batch that was stored is told in traces; asked for while tracing is on. */
  readonly tracedParts?: (batch: readonly IncomingMessage[]) => Iterable<TracedPart>;
  /** How long nothing must come before the position follows the stream all the same. */
  readonly idleAfterMs?: number;
  readonly onTrouble: (message: string, error?: unknown) => void;
}

/** Tables may lag this much behind a quiet stream; under load, batches are large and nothing is waited for. */
const gatherMs = 50;
const largeBatchBytes = 256 * 1024;

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
  let failure: unknown;
  try {
    await options.onLease?.(lease);
    await followStream(broker, {
      stream: options.stream,
      filters: options.filters,
      start: { after: await lease.position() },
      signal,
      ...(options.onLevel ? { onLevel: options.onLevel } : {}),
      // what holds something back keeps its position
      ...(options.positionAfter ? {} : { onIdle: (upTo: number) => moveOn(lease, upTo) }),
      ...(options.idleAfterMs === undefined ? {} : { idleAfterMs: options.idleAfterMs }),
      onTrouble: (error) => options.onTrouble(`the projection ${options.name} reads again`, error),
      onBatch: async (batch) => {
        const last = batch[batch.length - 1] as IncomingMessage;
        await options.beforeBatch?.(batch[0] as IncomingMessage);
        const position = (await options.positionAfter?.(batch)) ?? last.seq;
        const startedAtMs = Date.now();
        try {
          await lease.apply(position, (tx) => options.apply(tx, batch));
        } catch (error) {
          failure = error;
          end();
          throw error;
        }
        succeeded();
        options.onStored?.(last);
        trace(options, batch, startedAtMs);
        // a small batch: let the next one gather, a transaction costs the same for one fact as for many
        if (sizeOf(batch) < largeBatchBytes)
          await delay(gatherMs, undefined, { signal }).catch(() => undefined);
      },
    });
  } finally {
    await options.onLease?.(null);
    await lease.release().catch(() => undefined); // its connection may be what failed
  }
  if (failure !== undefined) throw failure;
}

function trace<Tx>(
  { name: projection, stream, tracing, tracedParts }: ProjectionOptions<Tx>,
  batch: readonly IncomingMessage[],
  startedAtMs: number,
): void {
  if (!tracing || !tracedParts) return;
  traceStored(tracing, { projection, stream, startedAtMs, parts: tracedParts(batch) });
}

async function moveOn<Tx>(lease: PositionLease<Tx>, upTo: number): Promise<void> {
  if (upTo > (await lease.position())) await lease.apply(upTo, () => Promise.resolve());
}

function sizeOf(batch: readonly IncomingMessage[]): number {
  return batch.reduce((sum, { payload }) => sum + payload.length, 0);
}
