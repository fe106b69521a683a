import { partitionSettings, retentionSettings } from '@postel/config';
import { ConfigWriter, EventTypeHistory, FactLog } from '@postel/jetstream';
import {
  CheckConservation,
  DeclaredVersions,
  EraseEvents,
  EraseTenants,
  ForgetPortalTokens,
  KeepRetention,
  LiveAnswers,
  MeasureBroker,
  MeasureTables,
  MetricsModule,
  ProjectAudit,
  Projections,
  PurgeDeliveries,
  PurgeStreams,
  RunRecovers,
  TransformRunner,
  type MetricsParts,
} from '@postel/metrics';
import { defineService } from '@postel/service-host';
import { randomUUID } from 'node:crypto';

export const metricsService = defineService({
  name: 'metrics',
  ports: { api: 8084, metrics: 9468 },
  usesDatabase: true,
  answersRequests: true,
  yields: true,
  // it signs nothing
  config: { secrets: false, endpoints: 'all' },
  settings: { partitioning: partitionSettings, retention: retentionSettings },
  assemble: ({ broker, tables, database, tenantExists, logger, meters, tracing }, settings) => {
    const transforms = new TransformRunner();
    const writer = new ConfigWriter(broker);
    const parts: MetricsParts = {
      broker,
      tables,
      writer,
      database,
      tenantExists,
      partitions: settings.partitioning.partitions,
      log: new FactLog(broker, {
        keepTrying: () => false,
        isErased: (tenant) => tables.deletedTenants.has(tenant),
      }),
      newId: (prefix) => `${prefix}_${randomUUID().replaceAll('-', '')}`,
      versions: new DeclaredVersions(new EventTypeHistory(broker, tables), transforms),
      live: new LiveAnswers(),
      logger,
      meters,
      tracing,
      nowMs: () => Date.now(),
    };
    const projections = new Projections(parts);
    const purgeDeliveries = new PurgeDeliveries(parts);
    const purgeStreams = new PurgeStreams({ ...parts, retentionDays: settings.retention.days });
    const keepRetention = new KeepRetention({ ...parts, retentionDays: settings.retention.days });
    const owner = randomUUID();
    const retention = { retentionDays: settings.retention.days };
    const checkConservation = new CheckConservation({ ...parts, ...retention });
    const eraseTenants = new EraseTenants({ ...parts, owner });
    const eraseEvents = new EraseEvents(parts);
    const projectAudit = new ProjectAudit(parts);
    const runRecovers = new RunRecovers({ ...parts, ...retention, owner });
    const measures = { broker: new MeasureBroker(parts), tables: new MeasureTables(parts) };
    const measuring = Object.values(measures);
    const forgetPortalTokens = new ForgetPortalTokens({ broker, tables, writer, logger, nowMs: parts.nowMs });
    return {
      module: MetricsModule.with(parts, measures),
      subscriptions: [],
      start: () => {
        projections.start();
        purgeDeliveries.start();
        purgeStreams.start();
        keepRetention.start();
        checkConservation.start();
        eraseTenants.start();
        eraseEvents.start();
        projectAudit.start();
        forgetPortalTokens.start();
        runRecovers.start();
        for (const each of measuring) each.start();
      },
      drain: () => parts.live.endAll(),
      stop: async () => {
        await Promise.all([
          projections.stop(),
          purgeDeliveries.stop(),
          purgeStreams.stop(),
          keepRetention.stop(),
          checkConservation.stop(),
          eraseTenants.stop(),
          eraseEvents.stop(),
          projectAudit.stop(),
          forgetPortalTokens.stop(),
          runRecovers.stop(),
          ...measuring.map((each) => each.stop()),
          transforms.close(),
        ]);
      },
    };
  },
});
