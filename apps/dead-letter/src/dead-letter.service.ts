import { disableGoneConsumer } from '@postel/contracts';
import { DeadLetterModule, StoreDeadLetter, type DeadLetterParts } from '@postel/dead-letter';
import { BatchingPublisher, ConfigWriter } from '@postel/jetstream';
import { defineService } from '@postel/service-host';

export const deadLetterService = defineService({
  name: 'dead-letter',
  ports: { api: 8083, metrics: 9467 },
  usesDatabase: true,
  yields: true,
  settings: {},
  assemble: ({ broker, tables, database, logger, meters }) => {
    const parts: DeadLetterParts = {
      broker,
      tables,
      writer: new ConfigWriter(broker),
      log: new BatchingPublisher(broker),
      database,
      logger,
      meters,
      nowMs: () => Date.now(),
    };
    const storeDeadLetter = new StoreDeadLetter(parts);
    return {
      module: DeadLetterModule.with(parts),
      subscriptions: [{ pattern: disableGoneConsumer.durable, consumer: disableGoneConsumer, prefetch: 100 }],
      start: () => storeDeadLetter.start(),
      stop: () => storeDeadLetter.stop(),
    };
  },
});
