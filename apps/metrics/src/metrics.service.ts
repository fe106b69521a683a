import { partitionSettings } from '@postel/config';
import {
  DeclaredVersions,
  MetricsModule,
  Projections,
  PurgeDeliveries,
  TransformRunner,
  type MetricsParts,
} from '@postel/metrics';
import { EventTypeHistory } from '@postel/jetstream';
import { defineService } from '@postel/service-host';

export const metricsService = defineService({
  name: 'metrics',
  ports: { api: 8084, metrics: 9468 },
  usesDatabase: true,
  yields: true,
  settings: { partitioning: partitionSettings },
  assemble: ({ broker, tables, database, tenantExists, logger, meters }, settings) => {
    const transforms = new TransformRunner();
    const parts: MetricsParts = {
      broker,
      tables,
      database,
      tenantExists,
      partitions: settings.partitioning.partitions,
      versions: new DeclaredVersions(new EventTypeHistory(broker, tables), transforms),
      logger,
      meters,
      nowMs: () => Date.now(),
    };
    const projections = new Projections(parts);
    const purgeDeliveries = new PurgeDeliveries(parts);
    return {
      module: MetricsModule.with(parts),
      subscriptions: [],
      start: () => {
        projections.start();
        purgeDeliveries.start();
      },
      stop: async () => {
        await Promise.all([projections.stop(), purgeDeliveries.stop(), transforms.close()]);
      },
    };
  },
});
