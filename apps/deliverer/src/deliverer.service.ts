import { addressSettings, partitionSettings, retrySettings, secretSettings } from '@postel/config';
import { delivererConsumer, delivererPattern, lanes, postelVersion } from '@postel/contracts';
import {
  ArchiveThenStream,
  DelivererModule,
  EndpointGate,
  EndpointSecrets,
  FinishedHops,
  ScheduleRetry,
} from '@postel/deliverer';
import { createSender } from '@postel/http-sender';
import { BatchingPublisher, FactLog } from '@postel/jetstream';
import { defineService } from '@postel/service-host';
import { randomUUID } from 'node:crypto';

/** Attempts at once: of one endpoint (contract: maxInFlight), and of all in this process. */
const attemptLimits = { perEndpoint: 10, total: 512 };

export const delivererService = defineService({
  name: 'deliverer',
  ports: { api: 8082, metrics: 9466 },
  usesDatabase: true,
  settings: {
    address: addressSettings,
    partitioning: partitionSettings,
    retry: retrySettings,
    secrets: secretSettings,
  },
  assemble: ({ broker, tables, database, logger, meters, isStopping }, settings) => {
    const { partitions } = settings.partitioning;
    const log = new FactLog(broker, { keepTrying: () => !isStopping() });
    const nowMs = () => Date.now();
    const sender = createSender(settings.address);
    const scheduleRetry = new ScheduleRetry({
      broker,
      tables,
      database,
      events: new ArchiveThenStream(() => database().events, broker),
      deliveries: new BatchingPublisher(broker),
      log,
      partitions,
      nowMs,
      logger,
      meters,
    });
    return {
      module: DelivererModule.with({
        tables,
        secrets: new EndpointSecrets(settings.secrets.masterKey, (endpointId) =>
          tables.sealedSecretsOf(endpointId),
        ),
        sender,
        gate: new EndpointGate(attemptLimits),
        finished: new FinishedHops(),
        log,
        defaultRetry: settings.retry.retryDefault,
        userAgent: `Postel/${postelVersion}`,
        logger,
        meters,
        newAttemptId: () => `att_${randomUUID().replaceAll('-', '')}`,
        nowMs,
        random: () => Math.random(),
        isStopping,
      }),
      subscriptions: lanes.flatMap((lane) =>
        Array.from({ length: partitions }, (_, partition) => ({
          pattern: delivererPattern,
          consumer: delivererConsumer(lane, partition),
          prefetch: 200,
        })),
      ),
      start: () => scheduleRetry.start(),
      stop: async () => {
        await scheduleRetry.stop();
        await sender.close();
      },
    };
  },
});
