import { Module, type DynamicModule } from '@nestjs/common';
import { ConservationController } from './check-conservation/conservation.controller.js';
import { METRICS_PARTS, type MetricsParts } from './parts.js';
import { ReadDeliveriesController } from './read-deliveries/read-deliveries.controller.js';
import { ReplayEventController } from './replay-event/replay-event.controller.js';
import { ReadJobsController } from './read-jobs/read-jobs.controller.js';
import { ReadEventsController } from './read-events/read-events.controller.js';

@Module({})
export class MetricsModule {
  static with(parts: MetricsParts): DynamicModule {
    return {
      module: MetricsModule,
      controllers: [
        ReadEventsController,
        ReplayEventController,
        ReadDeliveriesController,
        ReadJobsController,
        ConservationController,
      ],
      providers: [{ provide: METRICS_PARTS, useValue: parts }],
    };
  }
}
