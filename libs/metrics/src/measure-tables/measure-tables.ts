import {
  projectionFilters,
  projectionStreams,
  type ProjectionName,
  type StreamName,
} from '@postel/contracts';
import { storedAtMsFrom } from '@postel/jetstream';
import { Upkeep } from '@postel/telemetry';
import type { MetricsParts } from '../parts.js';

export type MeasureTablesParts = Pick<
  MetricsParts,
  'broker' | 'database' | 'tables' | 'logger' | 'meters' | 'nowMs'
>;

export interface ProjectionLag {
  readonly projection: ProjectionName;
  readonly lagSeconds: number;
  /** Messages of its stream that it has not stored. */
  readonly behind: number;
}

export interface MeasuredLags {
  readonly atMs: number;
  readonly lags: readonly ProjectionLag[];
}

const lagEveryMs = 5_000;
/** Looks at every endpoint for which something waits. */
const waitingEveryMs = 30_000;

/**
 * How far the tables are behind the log, what waits in them too long, and what could not be written. Every process of
 * this service measures it.
 */
export class MeasureTables {
  private readonly upkeeps: readonly Upkeep[];
  /** As last read: while the database is away nothing moves, and what is behind grows older. */
  private positions: ReadonlyMap<string, number> | null = null;
  private lastLags: MeasuredLags | null = null;

  constructor(private readonly parts: MeasureTablesParts) {
    const { logger, nowMs } = parts;
    this.upkeeps = [
      new Upkeep({
        name: 'measure-lag',
        everyMs: lagEveryMs,
        work: () => this.measureLag(),
        trouble: 'how far the tables lag is not measured for now',
        logger,
        nowMs,
      }),
      new Upkeep({
        name: 'measure-waiting',
        everyMs: waitingEveryMs,
        work: () => this.measureWaiting(),
        trouble: 'what waits too long is not measured for now',
        logger,
        nowMs,
      }),
    ];
  }

  start(): void {
    for (const upkeep of this.upkeeps) upkeep.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.upkeeps.map((upkeep) => upkeep.stop()));
  }

  /** @returns `null` while that cannot be known */
  latestLags(): MeasuredLags | null {
    return this.lastLags;
  }

  private async measureLag(): Promise<void> {
    const { database, meters, nowMs } = this.parts;
    let trouble: unknown;
    try {
      this.positions = await database().projections.positions();
    } catch (error) {
      trouble = error;
    }
    const { positions } = this;
    if (positions !== null) {
      const lags = await this.lagsAt(positions);
      this.lastLags = { atMs: nowMs(), lags };
      for (const { projection, lagSeconds } of lags) meters.projectionLag.set({ projection }, lagSeconds);
    }
    if (trouble !== undefined) throw trouble;
  }

  private async lagsAt(positions: ReadonlyMap<string, number>): Promise<readonly ProjectionLag[]> {
    const names = Object.keys(projectionStreams) as ProjectionName[];
    try {
      const ends = new Map<StreamName, number>();
      for (const stream of new Set(names.map((name) => projectionStreams[name][0])))
        ends.set(stream, await this.endOf(stream));
      return await Promise.all(names.map((name) => this.lagOf(name, positions.get(name) ?? 0, ends)));
    } catch (error) {
      this.lastLags = null;
      throw error;
    }
  }

  /** Its position follows the stream only now and then where nothing comes that it reads: that is no lag. */
  private async lagOf(
    projection: ProjectionName,
    position: number,
    ends: ReadonlyMap<StreamName, number>,
  ): Promise<ProjectionLag> {
    const { broker, nowMs } = this.parts;
    const [stream] = projectionStreams[projection];
    const oldestAtMs = await storedAtMsFrom(broker, stream, position + 1, projectionFilters[projection]);
    const behind = oldestAtMs === null ? 0 : Math.max(1, (ends.get(stream) ?? 0) - position);
    return { projection, lagSeconds: secondsSince(oldestAtMs, nowMs()), behind };
  }

  private async endOf(stream: StreamName): Promise<number> {
    return (await this.parts.broker.jsm.streams.info(stream)).state.last_seq;
  }

  private async measureWaiting(): Promise<void> {
    const { database, meters, nowMs } = this.parts;
    try {
      const { projections, waiting } = database();
      const overdueAtMs = await waiting.firstDueAtMs(this.heldEndpointIds());
      const oldestAtMs = await waiting.oldestSinceMs();
      const setAside = await projections.setAside();
      meters.deliveriesOverdue.set(secondsSince(overdueAtMs, nowMs()));
      meters.waitingOldest.set(secondsSince(oldestAtMs, nowMs()));
      meters.setAsideRows.reset();
      for (const projection of Object.keys(projectionStreams))
        meters.setAsideRows.set({ projection }, setAside.get(projection) ?? 0);
    } catch (error) {
      // an old figure is worse than none
      meters.deliveriesOverdue.remove();
      meters.waitingOldest.remove();
      meters.setAsideRows.reset();
      throw error;
    }
  }

  /** What waits for them waits as it should. */
  private heldEndpointIds(): string[] {
    const { tables } = this.parts;
    const held = new Set(tables.openCircuitIds());
    for (const { state } of tables.allEndpoints()) if (state.status === 'paused') held.add(state.id);
    return [...held];
  }
}

function secondsSince(atMs: number | null, nowMs: number): number {
  return atMs === null ? 0 : Math.max(0, nowMs - atMs) / 1_000;
}
