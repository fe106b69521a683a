import { projectionFilters, projectionStreams, type ProjectionName } from '@postel/contracts';
import { storedAtMsFrom } from '@postel/jetstream';
import { Upkeep } from '@postel/telemetry';
import type { MetricsParts } from '../parts.js';

export type MeasureTablesParts = Pick<
  MetricsParts,
  'broker' | 'database' | 'tables' | 'logger' | 'meters' | 'nowMs'
>;

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

  private async measureLag(): Promise<void> {
    const { database, meters } = this.parts;
    let trouble: unknown;
    try {
      this.positions = await database().projections.positions();
    } catch (error) {
      trouble = error;
    }
    const { positions } = this;
    if (positions !== null) {
      const names = Object.keys(projectionStreams) as ProjectionName[];
      const lags = await Promise.all(
        names.map(async (name) => [name, await this.lagOf(name, positions.get(name) ?? 0)] as const),
      );
      for (const [projection, seconds] of lags) meters.projectionLag.set({ projection }, seconds);
    }
    if (trouble !== undefined) throw trouble;
  }

  /** Its position follows the stream only now and then where nothing comes that it reads: that is no lag. */
  private async lagOf(name: ProjectionName, position: number): Promise<number> {
    const { broker, nowMs } = this.parts;
    const [stream] = projectionStreams[name];
    return secondsSince(await storedAtMsFrom(broker, stream, position + 1, projectionFilters[name]), nowMs());
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
