import type { DeadLetterReason, EndpointState, RetryPolicy } from '@postel/contracts';
import { longestRetryAfterMs, rescheduleDelays } from '@postel/domain';
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
 * What was made before a change may get into the room after it, and what is held there without a number is not ended
 * before it has one. So it is looked several times, and what is later than that is for the sweep.
 */
const looksAfterMs = [0, 500, 1_000, 2_000, 5_000];

/** Of an endpoint, that what waits for it has to follow. */
interface Change {
  /** By the clock that nobody sets, in ms. */
  readonly since: number;
  readonly looks: number;
  /** What was deferred before waits by a former retry policy; null: nothing does. */
  readonly deferredBeforeMs: number | null;
}

/**
 * What waits for an endpoint follows its changes within a second: disabled or deleted, it ends as a dead letter; with
 * another retry policy, it waits as long as that says. By the owner of the endpoint's partition.
 */
export class EndWaiting {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly changes = new Map<string, Change>();
  /** By the clock that nobody sets, in ms. */
  private nextSweepAt = 0;
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
    this.nextSweepAt = 0;
    this.sweptAtMs = 0;
  }

  private follow({ id: endpointId, entry, previous }: EndpointChange): void {
    if (!this.parts.owned.has(this.parts.partitionOf(endpointId))) return;
    // from the next millisecond on, this process defers by the policy of now
    if (!entry || entry.state.status === 'disabled') this.note(endpointId, null);
    else if (previous && !isDeepStrictEqual(previous.retry, entry.state.retry))
      this.note(endpointId, this.parts.nowMs() + 1);
  }

  private note(endpointId: string, deferredBeforeMs: number | null): void {
    const before = this.changes.get(endpointId)?.deferredBeforeMs ?? null;
    this.changes.set(endpointId, {
      since: performance.now(),
      looks: 0,
      deferredBeforeMs: deferredBeforeMs ?? before,
    });
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
    if (owned.size > 0 && performance.now() >= this.nextSweepAt) {
      const { sweptAtMs } = this;
      this.sweptAtMs = nowMs();
      this.nextSweepAt = performance.now() + sweepEveryMs;
      await this.sweep(sweptAtMs).catch((error: unknown) => {
        this.sweepSoon();
        throw error;
      });
    }
    for (const [endpointId, change] of this.changes) {
      if (performance.now() >= change.since + (looksAfterMs[change.looks] ?? 0))
        await this.look(endpointId, change);
    }
  }

  private async look(endpointId: string, change: Change): Promise<void> {
    await this.end(endpointId);
    if (change.deferredBeforeMs !== null) await this.reschedule(endpointId, change.deferredBeforeMs);
    // it may have been changed once more meanwhile
    if (this.changes.get(endpointId) !== change) return;
    const looks = change.looks + 1;
    if (looks < looksAfterMs.length) this.changes.set(endpointId, { ...change, looks });
    else this.changes.delete(endpointId);
  }

  private async sweep(sinceMs: number): Promise<void> {
    const { database, maxAgeSeconds, nowMs, owned } = this.parts;
    const partitions = [...owned];
    for (const endpointId of await database().waiting.waitingEndpointIds(partitions)) {
      if (this.changes.has(endpointId)) continue;
      const changedAtMs = this.parts.tables.endpoint(endpointId)?.state.retryChangedAtMs ?? -Infinity;
      // by its first sweep an owner applies what was changed before it was the owner
      if (changedAtMs + clockSkewMs >= sinceMs) this.note(endpointId, changedAtMs + clockSkewMs);
      else if (this.reasonToEnd(endpointId)) this.note(endpointId, null);
    }
    const beforeMs = (await database().earlierOf(nowMs())) - maxAgeSeconds * 1_000;
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
    if (!state || state.status === 'disabled') return;
    const policy = state.retry ?? defaultRetry;
    await database().waiting.reschedule(endpointId, {
      waitsMs: rescheduleDelays(policy),
      longestAskedMs: longestRetryAfterMs(policy),
      deferredBeforeMs: beforeMs,
    });
  }

  private async pause(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { signal: this.stopped.signal }).catch(() => undefined); // stopped: no need to wait
  }
}
