import { statsPeriods, type FleetAnswer } from '@postel/contracts';
import { isDatabaseUnavailable, type Database } from '@postel/postgres';
import { jobAnswer } from '../jobs/job-answer.js';
import type { MetricsParts } from '../parts.js';
import { fleetAnswer, type KnownFleet } from './fleet-answer.js';
import type { FleetMeasures } from './fleet-measures.js';
import { MeasureFleet, type Period } from './measure-fleet.js';
import { openCircuitsOf } from './open-circuits.js';

type TellParts = Pick<MetricsParts, 'database' | 'tables' | 'nowMs'>;

const shownJobs = 50;
/** Beyond, what was measured in the background is not shown any more: it is measured every five or ten seconds. */
const shownForMs = 30_000;

/**
 * The operator's page in one answer. Each part is asked for by itself: while the database or the broker is away, an
 * operator wants the rest more than ever.
 */
export class TellFleet {
  private readonly measured: MeasureFleet;

  constructor(
    private readonly parts: TellParts,
    private readonly measures: FleetMeasures,
  ) {
    this.measured = new MeasureFleet(parts);
  }

  async over(period: Period): Promise<FleetAnswer> {
    const { nowMs, tables } = this.parts;
    const atMs = nowMs();
    const request = { periodSeconds: statsPeriods[period], nowMs: atMs };
    const [totals, figures, waiting, oldest, conservation, jobs] = await Promise.all([
      this.known(async ({ fleet }) => ({
        ...(await fleet.totals(request)),
        events: await fleet.events(request),
      })),
      this.known(() => this.measured.figures[period].now()),
      this.known(() => this.measured.waiting.now()),
      this.known(async (database) => ({ sinceMs: await database.waiting.oldestSinceMs() })),
      this.known((database) => database.conservation.fleetDifferences()),
      this.known(async (database) => (await database.jobs.unfinished(shownJobs)).map(jobAnswer)),
    ]);
    const known: KnownFleet = {
      ...{ atMs, period, totals, figures, waiting, oldest, conservation, jobs },
      broker: recent(this.measures.broker.latest(), atMs),
      lags: recent(this.measures.tables.latestLags(), atMs),
      circuits: openCircuitsOf(tables),
    };
    return fleetAnswer(known, tables);
  }

  /** @returns `null` where the database cannot say */
  private async known<Value>(ask: (database: Database) => Promise<Value>): Promise<Value | null> {
    try {
      return await ask(this.parts.database());
    } catch (error) {
      if (isDatabaseUnavailable(error)) return null;
      throw error;
    }
  }
}

function recent<Measured extends { readonly atMs: number }>(
  measured: Measured | null,
  nowMs: number,
): Measured | null {
  return measured && nowMs - measured.atMs <= shownForMs ? measured : null;
}
