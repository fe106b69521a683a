import { addressSettings, partitionSettings, retrySettings, secretSettings } from '@postel/config';
import {
  delivererConsumer,
  delivererPattern,
  lanes,
  noSecrets,
  partitionOf,
  postelVersion,
} from '@postel/contracts';
import {
  ArchiveThenStream,
  AttemptMeters,
  Circuits,
  DeclaredVersions,
  DelivererModule,
  EndWaiting,
  ErasedEvents,
  FinishedHops,
  ForceReopened,
  type Hop,
  type SentAttempts,
  KeepWaitingRoom,
  Lateness,
  LimitsOfEndpoints,
  RecallFinished,
  Recoveries,
  RoomIsLevel,
  Rooms,
  ScheduleRetry,
  SigningKeys,
  sweepAdmission,
  TransformRunner,
} from '@postel/deliverer';
import { Admission, partitionsToRelease, wantsPartition } from '@postel/domain';
import { createSender } from '@postel/http-sender';
import {
  BatchingPublisher,
  type ConfigTables,
  ConfigWriter,
  EventTypeHistory,
  FactLog,
  formerPartitionConsumers,
  PartitionOwnership,
  type Subscription,
} from '@postel/jetstream';
import { defineService, WatchMasterKey } from '@postel/service-host';
import { LocalKeyWrapper } from '@postel/signing';
import { failpoints } from '@postel/telemetry';
import { randomUUID } from 'node:crypto';

/** Attempts at once in this process. */
const maxAttempts = 2_048;
/** Messages of one partition and lane that this process holds at once, in attempts and waiting for a place. */
const windowSize = 1_000;
/** Under load what is waited for together is stored together; nobody waits for it. */
const outcomesLingerMs = 4;

function longestTimeoutOf(tables: ConfigTables): number {
  let longestMs = 0;
  for (const { state } of tables.allEndpoints()) longestMs = Math.max(longestMs, state.timeoutMs);
  return longestMs;
}

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
  assemble: ({ broker, tables, database, logger, meters, tracing, isStopping }, settings) => {
    const { partitions } = settings.partitioning;
    const { circuit: circuitPolicy, maxAgeSeconds, retryDefault } = settings.retry;
    const log = new FactLog(broker, {
      keepTrying: () => !isStopping(),
      lingerMs: outcomesLingerMs,
      isErased: (tenant) => tables.deletedTenants.has(tenant),
    });
    const nowMs = () => Date.now();
    const keyWrapper = new LocalKeyWrapper(settings.secrets.masterKey, settings.secrets.previousMasterKey);
    const watchMasterKey = new WatchMasterKey({ tables, keyWrapper, logger, meters });
    const transforms = new TransformRunner();
    // whoever may attempt must not wait for those that hang at the same host
    const sender = createSender({ ...settings.address, maxConnectionsPerOrigin: maxAttempts });
    const admission = new Admission<Hop>({ total: maxAttempts, window: windowSize });
    const ownership: PartitionOwnership = new PartitionOwnership(broker, {
      id: randomUUID(),
      partitions,
      partitionsToRelease,
      wantsPartition,
      handOver: {
        stillOpen: () => admission.openOutside(ownership.owned),
        openElsewhere: (counts) => admission.changeElsewhere(counts, nowMs()),
      },
    });
    const { owned } = ownership;
    const ofEndpoint = (endpointId: string) => partitionOf(endpointId, partitions);
    const limits = new LimitsOfEndpoints(ofEndpoint);
    const lateness = new Lateness(owned);
    const finished = new FinishedHops();
    const recoveries = new Recoveries((endpointId) => tables.endpoint(endpointId)?.state.id);
    const recall = new RecallFinished({
      broker,
      finished,
      partitions,
      longestTimeoutMs: () => longestTimeoutOf(tables),
      nowMs,
      onTrouble: (error) => logger.warn({ err: error }, 'what was finished before could not be read'),
    });
    const erased = new ErasedEvents({
      broker,
      onTrouble: (error) => logger.warn({ err: error }, 'erasures of events are read again'),
    });
    const circuits = new Circuits({
      tables,
      writer: new ConfigWriter(broker),
      policy: circuitPolicy,
      partitions,
      owned,
      isOpenElsewhere: (endpointId) => admission.isOpenElsewhere(endpointId),
      logger,
    });
    const roomIsLevel = new RoomIsLevel(database);
    const common = { database, log, owned, logger, meters, nowMs, tables, roomIsLevel };
    const keepWaitingRoom = new KeepWaitingRoom({ broker, database, partitions, logger, meters, nowMs });
    const endWaiting = new EndWaiting({
      ...common,
      partitionOf: ofEndpoint,
      defaultRetry: retryDefault,
      maxAgeSeconds,
    });
    const attempts: SentAttempts = {
      lastTraceparents: (wanted) => database().deliveries.lastTraceparents(wanted),
    };
    const putBack = {
      ...common,
      events: new ArchiveThenStream(() => database().events, broker),
      attempts: tracing && attempts,
      deliveries: new BatchingPublisher(broker),
      admission,
      partitions,
      failpoints,
    };
    const forceReopened = new ForceReopened({ ...putBack, broker, circuits, partitionOf: ofEndpoint });
    const scheduleRetry = new ScheduleRetry({
      ...putBack,
      rooms: new Rooms({ tables, admission, circuits, limits, owned, partitionOf: ofEndpoint }),
    });
    const sweeping = sweepAdmission({ admission, lateness, meters, tables, owned, partitions, nowMs });
    const subscriptions: Subscription[] = lanes.flatMap((lane) =>
      Array.from({ length: partitions }, (_, number) => ({
        pattern: delivererPattern,
        consumer: delivererConsumer(lane, number),
        prefetch: windowSize,
        partition: { ownership, number, leads: lane === 'delivery' },
      })),
    );
    const count = new AttemptMeters(meters, logger);
    let isBreakingOff = false;
    tables.onEndpointChange(({ id: endpointId, entry }) => {
      if (entry) admission.changeLimits(endpointId, limits.of(entry.state), nowMs());
      if (entry) return;
      recoveries.forget(endpointId);
      for (const hop of admission.forgetEndpoint(endpointId)) hop.endWithoutPlace();
    });
    ownership.onChange((partition, isOwner) => {
      if (isOwner) {
        limits.owns(partition, nowMs());
        recoveries.forgetAll();
        recall.recall(partition);
        return endWaiting.sweepSoon();
      }
      for (const hop of admission.forgetPartition(partition)) hop.handBack();
      circuits.forget(partition);
      limits.disowns(partition);
    });
    return {
      module: DelivererModule.with({
        tables,
        keys: new SigningKeys(keyWrapper, (id) => tables.secretsOf(id)?.state ?? noSecrets),
        sender,
        admission,
        limits,
        lateness,
        erased,
        circuits,
        versions: new DeclaredVersions(new EventTypeHistory(broker, tables), transforms),
        partitions,
        finished,
        recall,
        recoveries,
        owned,
        log,
        defaultRetry: retryDefault,
        userAgent: `Postel/${postelVersion}`,
        count,
        logger,
        meters,
        failpoints,
        tracing,
        newAttemptId: () => `att_${randomUUID().replaceAll('-', '')}`,
        nowMs,
        random: () => Math.random(),
        isBreakingOff: () => isBreakingOff,
      }),
      subscriptions,
      start: async () => {
        watchMasterKey.refuseOther();
        watchMasterKey.start();
        // before anything is taken from DELIVERIES
        await erased.start();
        // whoever gets what is left there sends it to the partition that its endpoint has now
        for (const consumer of await formerPartitionConsumers(broker, partitions))
          subscriptions.push({ pattern: delivererPattern, consumer, prefetch: windowSize });
        sweeping.start();
        keepWaitingRoom.start();
        endWaiting.start();
        scheduleRetry.start();
        forceReopened.start();
      },
      drain: () => admission.drainAll().forEach((hop) => hop.handBack()),
      stop: async () => {
        watchMasterKey.stop();
        sweeping.stop();
        const loops = [scheduleRetry, forceReopened, endWaiting, keepWaitingRoom, erased];
        await Promise.all(loops.map((loop) => loop.stop()));
        // what is open now was waited for as long as there was time
        isBreakingOff = true;
        await sender.close({ graceMs: 0 });
        await transforms.close();
        count.tell();
      },
    };
  },
});
