import type { DeadLetterReason, EndpointState, RetryPolicy } from '@postel/contracts';
import { rescheduleDelays } from '@postel/domain';
import type { ConfigTables, EndpointChange, FactLog } from '@postel/jetstream';
import type { Database, WaitingRow } from '@postel/postgres';
import { LastingTrouble, type Logger } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { countDeath, type DeathMeters } from '../attempt-delivery/attempt-meters.js';
import { dieUnsent } from '../attempt-delivery/die-unsent.js';
import { metaOfRow } from './put-back.js';
import type { RoomIsLevel } from './room-is-level.js';

export interface EndParts {
  readonly tables: ConfigTables;
  /** @throws while the database was never reached */
  readonly database: () => Database;
  readonly log: FactLog;
  readonly roomIsLevel: Pick<RoomIsLevel, 'now' | 'forget'>;
  /** Partitions that this process owns. */
  readonly owned: ReadonlySet<number>;
  readonly partitionOf: (endpointId: string) => number;
  readonly defaultRetry: RetryPolicy;
  readonly maxAgeSeconds: number;
  readonly logger: Logger;
  readonly meters: DeathMeters;
  readonly nowMs: () => number;
}

const rowsAtOnce = 500;
const lookEveryMs = 100;
/** What no change tells of: endpoints that changed while nobody owned them, and what has become too old. */
const sweepEveryMs = 30_000;
/** Between the clocks of who changes an endpoint and who attempts its deliveries, and until the latter knows of it. */
const clockSkewMs = 1_000;

/**
 * What waits for an endpoint follows its changes within a second: disabled or deleted, it ends as a dead letter; with
 * another retry policy, it waits as long as that says. By the owner of the endpoint's partition.
 */
export class EndWaiting {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly toEnd = new Set<string>();
  /** With the time before which what waits was deferred by another policy. */
  private readonly toReschedule = new Map<string, number>();
  private nextSweepAtMs = 0;
  /** The last sweep; 0: there was none of all that is owned. */
  private sweptAtMs = 0;

  constructor(private readonly parts: EndParts) {
    parts.tables.onEndpointChange((change) => this.follow(change));
  }

  start(): void {
    this.running = this.workForEver();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Soon: partitions were gained. */
  sweepSoon(): void {
    this.nextSweepAtMs = 0;
    this.sweptAtMs = 0;
  }

  private follow({ id: endpointId, entry, previous }: EndpointChange): void {
    if (!this.parts.owned.has(this.parts.partitionOf(endpointId))) return;
    if (!entry || entry.state.status === 'disabled') this.toEnd.add(endpointId);
    else if (previous && !isDeepStrictEqual(previous.retry, entry.state.retry))
      this.toReschedule.set(endpointId, this.parts.nowMs() + clockSkewMs);
  }

  private async workForEver(): Promise<void> {
    const { logger, nowMs } = this.parts;
    const trouble = new LastingTrouble(nowMs);
    while (!this.stopped.signal.aborted) {
      try {
        await this.workOnce();
        trouble.passed();
      } catch (error) {
        this.parts.roomIsLevel.forget();
        if (trouble.again()) logger.warn({ err: error }, 'what waits does not follow its endpoints for now');
        await this.pause(1_000);
      }
      await this.pause(lookEveryMs);
    }
  }

  private async workOnce(): Promise<void> {
    const { nowMs, owned, roomIsLevel } = this.parts;
    if (!(await roomIsLevel.now())) return;
    if (owned.size > 0 && nowMs() >= this.nextSweepAtMs) {
      const { sweptAtMs } = this;
      this.sweptAtMs = nowMs();
      this.nextSweepAtMs = nowMs() + sweepEveryMs;
      await this.sweep(sweptAtMs).catch((error: unknown) => {
        this.sweepSoon();
        throw error;
      });
    }
    for (const endpointId of this.toEnd) {
      await this.end(endpointId);
      this.toEnd.delete(endpointId);
    }
    for (const [endpointId, beforeMs] of this.toReschedule) {
      await this.reschedule(endpointId, beforeMs);
      // it may have been changed once more meanwhile
      if (this.toReschedule.get(endpointId) === beforeMs) this.toReschedule.delete(endpointId);
    }
  }

  private async sweep(sinceMs: number): Promise<void> {
    const { database, maxAgeSeconds, nowMs, owned } = this.parts;
    const partitions = [...owned];
    for (const endpointId of await database().waiting.waitingEndpointIds(partitions)) {
      if (this.reasonToEnd(endpointId)) this.toEnd.add(endpointId);
      const changedAtMs = this.parts.tables.endpoint(endpointId)?.state.retryChangedAtMs ?? -Infinity;
      // by its first sweep an owner applies what was changed before it was the owner
      if (changedAtMs + clockSkewMs >= sinceMs && !this.toReschedule.has(endpointId))
        this.toReschedule.set(endpointId, changedAtMs + clockSkewMs);
    }
    const beforeMs = nowMs() - maxAgeSeconds * 1_000;
    const selection = { beforeMs, partitions, limit: rowsAtOnce };
    while (!this.stopped.signal.aborted) {
      const ended = await database().waiting.takeExpired(selection, (rows) =>
        this.die(rows, () => 'expired'),
      );
      if (ended < rowsAtOnce) return;
    }
  }

  private async end(endpointId: string): Promise<void> {
    const { database, tables } = this.parts;
    // an endpoint that these tables do not have yet is not one that was deleted
    if (!tables.endpoint(endpointId)) await tables.reached(await tables.lastSequence());
    let reason = this.reasonToEnd(endpointId);
    while (reason && !this.stopped.signal.aborted) {
      const because = reason;
      const ended = await database().waiting.endEndpoint(endpointId, rowsAtOnce, (rows) =>
        this.die(rows, () => because),
      );
      if (ended === 0) return;
      reason = this.reasonToEnd(endpointId);
    }
  }

  private reasonToEnd(endpointId: string): 'endpoint_deleted' | 'endpoint_disabled' | null {
    const state = this.parts.tables.endpoint(endpointId)?.state;
    if (!state) return 'endpoint_deleted';
    return state.status === 'disabled' ? 'endpoint_disabled' : null;
  }

  private async die(
    rows: readonly WaitingRow[],
    reasonOf: (row: WaitingRow) => DeadLetterReason,
  ): Promise<void> {
    const { log, meters, nowMs } = this.parts;
    const atMs = nowMs();
    await log.append(...rows.map((row) => dieUnsent(metaOfRow(row), reasonOf(row), atMs)));
    for (const row of rows) countDeath(meters, reasonOf(row));
  }

  private async reschedule(endpointId: string, beforeMs: number): Promise<void> {
    const { database, defaultRetry, tables } = this.parts;
    const state: EndpointState | undefined = tables.endpoint(endpointId)?.state;
    if (!state) return;
    const waitsMs = rescheduleDelays(state.retry ?? defaultRetry);
    await database().waiting.reschedule(endpointId, waitsMs, beforeMs);
  }

  private async pause(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { signal: this.stopped.signal }).catch(() => undefined); // stopped: no need to wait
  }
}
