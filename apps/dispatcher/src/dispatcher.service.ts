import { eventSettings, partitionSettings } from '@postel/config';
import { dispatcherConsumer } from '@postel/contracts';
import { Catalogue, DispatcherModule, Subscriptions } from '@postel/dispatcher';
import { BatchingPublisher, ConfigWriter, FactLog } from '@postel/jetstream';
import { defineService } from '@postel/service-host';
import { failpoints } from '@postel/telemetry';

export const dispatcherService = defineService({
  name: 'dispatcher',
  ports: { api: 8081, metrics: 9465 },
  usesDatabase: false,
  settings: { events: eventSettings, partitioning: partitionSettings },
  assemble: ({ broker, tables, logger, meters, tenantExists }, settings) => ({
    module: DispatcherModule.with({
      broker,
      tables,
      subscriptions: new Subscriptions(tables),
      catalogue: new Catalogue({ tables, writer: new ConfigWriter(broker), logger, nowMs: () => Date.now() }),
      log: new FactLog(broker),
      deliveries: new BatchingPublisher(broker),
      partitions: settings.partitioning.partitions,
      maxEventBytes: settings.events.maxEventBytes,
      tenantExists,
      failpoints,
      logger,
      meters,
      nowMs: () => Date.now(),
    }),
    subscriptions: [{ pattern: dispatcherConsumer.durable, consumer: dispatcherConsumer, prefetch: 1_000 }],
  }),
});
