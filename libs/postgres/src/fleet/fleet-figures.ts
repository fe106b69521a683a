import type { Sql } from '../connection/transaction.js';
import { positionsSince } from '../positions/time-range.js';
import { statsOf, type Stats } from '../stats/read-stats.js';
import { spanOf, type StatsRequest } from '../stats/read-steps.js';
import { figuresOfEndpoints } from './endpoint-figures.js';
import { rankEndpoints, rankTenants, type EndpointFigures, type RankedTenant } from './rank-figures.js';

export type FleetRequest = Pick<StatsRequest, 'periodSeconds' | 'nowMs'>;

/** Figures over all tenants. */
export class FleetFigures {
  constructor(private readonly sql: Sql) {}

  /** Of all tenants together, also of those that were deleted since. */
  totals(request: FleetRequest): Promise<Stats> {
    return statsOf(this.sql, '', request);
  }

  /** How many were accepted, as far as they are archived. */
  async events(request: FleetRequest): Promise<number> {
    return positionsSince(this.sql, 'events', spanOf(request).firstMs);
  }

  /** Those of which most failed, then those with most deliveries. Reads a row of each tenant and step: not for each request. */
  tenants(request: FleetRequest, atMost: number): Promise<readonly RankedTenant[]> {
    return rankTenants(this.sql, request, atMost);
  }

  /**
   * Those of which most failed; where the period has very many rows, in the newest of them. Not for each request.
   * @param isKnown others are passed over
   */
  async worstEndpoints(
    request: FleetRequest,
    atMost: number,
    isKnown: (endpointId: string) => boolean,
  ): Promise<readonly EndpointFigures[]> {
    const ranked = await rankEndpoints(this.sql, request);
    const worst = ranked.filter(({ endpointId }) => isKnown(endpointId)).slice(0, atMost);
    return figuresOfEndpoints(this.sql, request, worst);
  }
}
