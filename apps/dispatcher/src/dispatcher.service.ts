import { eventSettings, partitionSettings } from '@postel/config';
import { delivererConsumer, dispatcherConsumer } from '@postel/contracts';
import {
  Catalogue,
  DispatcherModule,
  Crowds,
  Subscriptions,
  whereToBegin,
  type PendingEvent,
  type CrowdLimits,
} from '@postel/dispatcher';
import { BatchingPublisher, ConfigWriter, ensureConsumer, FactLog, HandOuts } from '@postel/jetstream';
import { defineService } from '@postel/service-host';
import { failpoints } from '@postel/telemetry';

/** Events that this process holds at once, but for those of crowds. */
const windowSize = 1_000;
const crowdLimits: CrowdLimits = {
  ofType: 128,
  ofTenant: 768,
  underWay: 768,
  aside: 16_384,
  asideBytes: 6 * 1024 * 1024,
};
/** In a backlog, events are fanned out by the hundred: each batch costs the broker files and an fsync. */
const gatherMs = 5;

export const dispatcherService = defineService({
  name: 'dispatcher',
  ports: { api: 8081, metrics: 9465 },
  usesDatabase: false,
  // it signs nothing, sends nothing and changes nothing
  config: { secrets: false, endpoints: 'routes' },
  settings: { events: eventSettings, partitioning: partitionSettings },
  assemble: ({ broker, tables, logger, meters, tracing, tenantExists }, settings) => {
    const crowds = new Crowds<PendingEvent>(crowdLimits, () => tables.hasSeveralTenants);
    const consumer = dispatcherConsumer;
    const handOuts = new HandOuts(broker);
    return {
      module: DispatcherModule.with(
        {
          broker,
          handOuts,
          tables,
          subscriptions: new Subscriptions(tables),
          log: new FactLog(broker, {
            keepTrying: () => false,
            isErased: (tenant) => tables.deletedTenants.has(tenant),
          }),
          catalogue: new Catalogue({
            tables,
            writer: new ConfigWriter(broker),
            logger,
            nowMs: () => Date.now(),
          }),
          deliveries: new BatchingPublisher(broker),
          partitions: settings.partitioning.partitions,
          maxEventBytes: settings.events.maxEventBytes,
          tenantExists,
          failpoints,
          logger,
          meters,
          tracing,
          nowMs: () => Date.now(),
        },
        crowds,
      ),
      subscriptions: [
        {
          pattern: consumer.durable,
          consumer,
          prefetch: windowSize,
          gatherMs,
          aside: () => crowds.aside,
          handOuts,
          beginAt: () => whereToBegin(broker),
        },
      ],
      start: async () => {
        // what no consumer waits for is purged: a partition that the deliverers do not have yet must have one first
        const numbers = Array.from({ length: settings.partitioning.partitions }, (_, number) => number);
        for (const number of numbers) await ensureConsumer(broker, delivererConsumer('delivery', number));
      },
    };
  },
});
