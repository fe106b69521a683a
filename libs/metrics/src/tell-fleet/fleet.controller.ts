import { Controller, Get, Inject, Query } from '@nestjs/common';
import { statsQuery, type FleetAnswer } from '@postel/contracts';
import { validQuery } from '@postel/http-api';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { FLEET_MEASURES, type FleetMeasures } from './fleet-measures.js';
import { TellFleet } from './tell-fleet.js';

@Controller('v1/fleet')
export class FleetController {
  private readonly fleet: TellFleet;

  constructor(@Inject(METRICS_PARTS) parts: MetricsParts, @Inject(FLEET_MEASURES) measures: FleetMeasures) {
    this.fleet = new TellFleet(parts, measures);
  }

  @Get()
  get(@Query() query: unknown): Promise<FleetAnswer> {
    return this.fleet.over(validQuery(statsQuery, query).period);
  }
}
