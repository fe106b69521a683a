import { partitionSettings, retentionSettings } from '@postel/config';
import { ConfigWriter, EventTypeHistory, FactLog } from '@postel/jetstream';
import {
  DeclaredVersions,
  EraseTenants,
  ForgetPortalTokens,
  KeepRetention,
  MetricsModule,
  Projections,
  PurgeDeliveries,
  PurgeStreams,
  TransformRunner,
  type MetricsParts,
} from '@postel/metrics';
import { defineService } from '@postel/service-host';
import { randomUUID } from 'node:crypto';

export const metricsService = defineService({
  name: 'metrics',
  ports: { api: 8084, metrics: 9468 },
  usesDatabase: true,
  yields: true,
  settings: { partitioning: partitionSettings, retention: retentionSettings },
  assemble: ({ broker, tables, database, tenantExists, logger, meters }, settings) => {
    const transforms = new TransformRunner();
    const parts: MetricsParts = {
      broker,
      tables,
      database,
      tenantExists,
      partitions: settings.partitioning.partitions,
      log: new FactLog(broker, {
        keepTrying: () => false,
        isErased: (tenant) => tables.deletedTenants.has(tenant),
      }),
      newId: (prefix) => `${prefix}_${randomUUID().replaceAll('-', '')}`,
      versions: new DeclaredVersions(new EventTypeHistory(broker, tables), transforms),
      logger,
      meters,
      nowMs: () => Date.now(),
    };
    const projections = new Projections(parts);
    const purgeDeliveries = new PurgeDeliveries(parts);
    const purgeStreams = new PurgeStreams({ ...parts, retentionDays: settings.retention.days });
    const keepRetention = new KeepRetention({ ...parts, retentionDays: settings.retention.days });
    const writer = new ConfigWriter(broker);
    const eraseTenants = new EraseTenants({ ...parts, writer, owner: randomUUID() });
    const forgetPortalTokens = new ForgetPortalTokens({ broker, tables, writer, logger, nowMs: parts.nowMs });
    return {
      module: MetricsModule.with(parts),
      subscriptions: [],
      start: () => {
        projections.start();
        purgeDeliveries.start();
        purgeStreams.start();
        keepRetention.start();
        eraseTenants.start();
        forgetPortalTokens.start();
      },
      stop: async () => {
        await Promise.all([
          projections.stop(),
          purgeDeliveries.stop(),
          purgeStreams.stop(),
          keepRetention.stop(),
          eraseTenants.stop(),
          forgetPortalTokens.stop(),
          transforms.close(),
        ]);
      },
    };
  },
});
