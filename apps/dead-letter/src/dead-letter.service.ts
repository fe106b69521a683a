import { alertSettings } from '@postel/config';
import { disableGoneConsumer } from '@postel/contracts';
import {
  DeadLetterModule,
  runRedrives,
  StoreDeadLetter,
  WatchEndpoints,
  type DeadLetterParts,
} from '@postel/dead-letter';
import { BatchingPublisher, ConfigWriter } from '@postel/jetstream';
import { defineService } from '@postel/service-host';
import { failpoints } from '@postel/telemetry';
import { randomUUID } from 'node:crypto';

export const deadLetterService = defineService({
  name: 'dead-letter',
  ports: { api: 8083, metrics: 9467 },
  usesDatabase: true,
  answersRequests: true,
  yields: true,
  // it signs nothing
  config: { secrets: false, endpoints: 'all' },
  settings: { alerts: alertSettings },
  assemble: ({ broker, tables, database, logger, meters, tracing }, settings) => {
    const parts: DeadLetterParts = {
      broker,
      tables,
      writer: new ConfigWriter(broker),
      log: new BatchingPublisher(broker),
      events: new BatchingPublisher(broker),
      alertThresholds: settings.alerts.thresholds,
      database,
      newId: (prefix) => `${prefix}_${randomUUID().replaceAll('-', '')}`,
      redrivenAtOnce: 1_000,
      failpoints,
      logger,
      meters,
      tracing,
      nowMs: () => Date.now(),
    };
    const storeDeadLetter = new StoreDeadLetter(parts);
    const redrives = runRedrives(parts, randomUUID());
    const watchEndpoints = new WatchEndpoints(parts);
    return {
      module: DeadLetterModule.with(parts),
      subscriptions: [{ pattern: disableGoneConsumer.durable, consumer: disableGoneConsumer, prefetch: 100 }],
      start: () => {
        storeDeadLetter.start();
        redrives.start();
        watchEndpoints.start();
      },
      stop: async () => {
        await Promise.all([storeDeadLetter.stop(), redrives.stop(), watchEndpoints.stop()]);
      },
    };
  },
});
