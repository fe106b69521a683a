import { statsPeriods } from '@postel/contracts';
import type { EndpointFigures, RankedTenant, WaitingCounts } from '@postel/postgres';
import type { MetricsParts } from '../parts.js';
import { MeasuredLately } from './measured-lately.js';

export type Period = keyof typeof statsPeriods;

export interface RankedFigures {
  readonly tenants: readonly RankedTenant[];
  readonly endpoints: readonly EndpointFigures[];
}

export const shownTenants = 100;
export const shownEndpoints = 20;

/** What the operator's answer does not ask for anew each time. */
export class MeasureFleet {
  readonly waiting: MeasuredLately<WaitingCounts>;
  readonly figures: Readonly<Record<Period, MeasuredLately<RankedFigures>>>;

  constructor(private readonly parts: Pick<MetricsParts, 'database' | 'tables' | 'nowMs'>) {
    const { database, nowMs } = parts;
    this.waiting = new MeasuredLately(() => later(() => database().waiting.counts()), nowMs);
    const of = (period: Period) => new MeasuredLately(() => this.rank(period), nowMs);
    this.figures = { hour: of('hour'), day: of('day'), week: of('week') };
  }

  /** One after the other: it has time. */
  private async rank(period: Period): Promise<RankedFigures> {
    const { database, nowMs, tables } = this.parts;
    const request = { periodSeconds: statsPeriods[period], nowMs: nowMs() };
    const { fleet } = database();
    const isKnown = (endpointId: string) => tables.endpoint(endpointId) !== undefined;
    const tenants = await fleet.tenants(request, 2 * shownTenants);
    const endpoints = await fleet.worstEndpoints(request, shownEndpoints, isKnown);
    return { tenants, endpoints };
  }
}

/** What throws rejects. */
async function later<Value>(ask: () => Promise<Value>): Promise<Value> {
  return ask();
}
