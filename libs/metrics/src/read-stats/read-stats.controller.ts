import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { statsPeriods, statsQuery, type StatsSeriesAnswer } from '@postel/contracts';
import { principalOf, refuse, validQuery } from '@postel/http-api';
import type { StatsRequest } from '@postel/postgres';
import type { FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';

type Period = keyof typeof statsPeriods;

/** Figures of a tenant or an endpoint, over a period as a whole and step by step. */
@Controller('v1')
export class ReadStatsController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Get('stats')
  stats(@Query() query: unknown, @Req() request: FastifyRequest): Promise<object> {
    return this.statsOf(principalOf(request).tenant, periodOf(query));
  }

  @Get('stats/series')
  series(@Query() query: unknown, @Req() request: FastifyRequest): Promise<StatsSeriesAnswer> {
    return this.seriesOf(principalOf(request).tenant, periodOf(query));
  }

  @Get('endpoints/:id/stats')
  async statsOfEndpoint(
    @Param('id') id: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const { tenant } = principalOf(request);
    this.requireEndpoint(tenant, id);
    return { endpointId: id, ...(await this.statsOf(tenant, periodOf(query), id)) };
  }

  @Get('endpoints/:id/stats/series')
  async seriesOfEndpoint(
    @Param('id') id: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<StatsSeriesAnswer> {
    const { tenant } = principalOf(request);
    this.requireEndpoint(tenant, id);
    return { endpointId: id, ...(await this.seriesOf(tenant, periodOf(query), id)) };
  }

  private async statsOf(tenant: string, period: Period, endpointId?: string): Promise<object> {
    const { deliveries } = this.parts.database();
    const figures = await deliveries.stats(tenant, this.requestOf(period, endpointId));
    return {
      ...figures,
      period,
      avgResponseTime: tenths(figures.avgResponseTime),
      p50ResponseTime: tenths(figures.p50ResponseTime),
      p95ResponseTime: tenths(figures.p95ResponseTime),
      p99ResponseTime: tenths(figures.p99ResponseTime),
    };
  }

  private async seriesOf(tenant: string, period: Period, endpointId?: string): Promise<StatsSeriesAnswer> {
    const { deliveries } = this.parts.database();
    const { points, stepSeconds } = await deliveries.series(tenant, this.requestOf(period, endpointId));
    const shown = points.map((point) => ({
      ...point,
      p50ResponseTime: tenthsOrNull(point.p50ResponseTime),
      p95ResponseTime: tenthsOrNull(point.p95ResponseTime),
      p99ResponseTime: tenthsOrNull(point.p99ResponseTime),
    }));
    return { period, stepSeconds, points: shown };
  }

  private requestOf(period: Period, endpointId: string | undefined): StatsRequest {
    return { periodSeconds: statsPeriods[period], nowMs: this.parts.nowMs(), endpointId };
  }

  private requireEndpoint(tenant: string, endpointId: string): void {
    if (this.parts.tables.endpoint(endpointId)?.state.tenant !== tenant) refuse('endpoint_not_found');
  }
}

function periodOf(query: unknown): Period {
  return validQuery(statsQuery, query).period;
}

/** Milliseconds, as exact as they are measured. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function tenthsOrNull(ms: number | null): number | null {
  return ms === null ? null : tenths(ms);
}
