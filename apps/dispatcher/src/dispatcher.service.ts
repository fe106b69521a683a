import { eventSettings, partitionSettings } from '@postel/config';
import { dispatcherConsumer } from '@postel/contracts';
import { Catalogue, DispatcherModule, Subscriptions } from '@postel/dispatcher';
import { BatchingPublisher, ConfigWriter, FactLog } from '@postel/jetstream';
import { defineService } from '@postel/service-host';
import { failpoints } from '@postel/telemetry';

/** Events that this process holds at once. */
const windowSize = 1_000;
/** In a backlog, events are fanned out by the hundred: each batch costs the broker files and an fsync. */
const gatherMs = 5;

export const dispatcherService = defineService({
  name: 'dispatcher',
  ports: { api: 8081, metrics: 9465 },
  usesDatabase: false,
  // it signs nothing, sends nothing and changes nothing
  config: { secrets: false, endpoints: 'routes' },
  settings: { events: eventSettings, partitioning: partitionSettings },
  assemble: ({ broker, tables, logger, meters, tracing, tenantExists }, settings) => ({
    module: DispatcherModule.with({
      broker,
      tables,
      subscriptions: new Subscriptions(tables),
      log: new FactLog(broker, {
        keepTrying: () => false,
        isErased: (tenant) => tables.deletedTenants.has(tenant),
      }),
      catalogue: new Catalogue({ tables, writer: new ConfigWriter(broker), logger, nowMs: () => Date.now() }),
      deliveries: new BatchingPublisher(broker),
      partitions: settings.partitioning.partitions,
      maxEventBytes: settings.events.maxEventBytes,
      tenantExists,
      failpoints,
      logger,
      meters,
      tracing,
      nowMs: () => Date.now(),
    }),
    subscriptions: [
      { pattern: dispatcherConsumer.durable, consumer: dispatcherConsumer, prefetch: windowSize, gatherMs },
    ],
  }),
});
