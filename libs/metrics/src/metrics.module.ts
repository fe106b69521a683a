import { Module, type DynamicModule } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.js';
import { EraseEventController } from './erase-event/erase-event.controller.js';
import { ExportLogController } from './export-log/export-log.controller.js';
import { ConservationController } from './check-conservation/conservation.controller.js';
import { LiveController } from './live/live.controller.js';
import { METRICS_PARTS, type MetricsParts } from './parts.js';
import { ReadDeliveriesController } from './read-deliveries/read-deliveries.controller.js';
import { ReadStatsController } from './read-stats/read-stats.controller.js';
import { ReplayEventController } from './replay-event/replay-event.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { RecoverController } from './recover/recover.controller.js';
import { ReadEventsController } from './read-events/read-events.controller.js';
import { FLEET_MEASURES, type FleetMeasures } from './tell-fleet/fleet-measures.js';
import { FleetController } from './tell-fleet/fleet.controller.js';

@Module({})
export class MetricsModule {
  static with(parts: MetricsParts, measures: FleetMeasures): DynamicModule {
    return {
      module: MetricsModule,
      controllers: [
        ReadEventsController,
        ReplayEventController,
        EraseEventController,
        AuditController,
        ExportLogController,
        LiveController,
        ReadDeliveriesController,
        ReadStatsController,
        RecoverController,
        JobsController,
        ConservationController,
        FleetController,
      ],
      providers: [
        { provide: METRICS_PARTS, useValue: parts },
        { provide: FLEET_MEASURES, useValue: measures },
      ],
    };
  }
}
