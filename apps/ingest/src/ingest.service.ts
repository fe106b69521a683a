import {
  addressSettings,
  consoleSettings,
  eventSettings,
  retrySettings,
  secretSettings,
  upstreamSettings,
} from '@postel/config';
import { postelVersion } from '@postel/contracts';
import {
  EndpointVault,
  FirstWords,
  IngestModule,
  RecordKeyUse,
  registerIngestRoutes,
  RetireSecrets,
  SourcesById,
  TransformRunner,
  type IngestParts,
} from '@postel/ingest';
import { BatchingPublisher, ConfigWriter } from '@postel/jetstream';
import { defineService, WatchMasterKey } from '@postel/service-host';
import { LocalKeyWrapper } from '@postel/signing';
import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';

/** Beyond what a broker at full speed takes in two seconds; a slower one refuses (503) before our memory is full. */
const maxWaitingEventBytes = 64 * 1024 * 1024;

export const ingestService = defineService({
  name: 'ingest',
  ports: { api: 8080, metrics: 9464 },
  usesDatabase: false,
  answersRequests: true,
  settings: {
    address: addressSettings,
    console: consoleSettings,
    events: eventSettings,
    retry: retrySettings,
    secrets: secretSettings,
    upstream: upstreamSettings,
  },
  assemble: ({ broker, tables, credentialKeys, directory, logger, meters, tracing }, settings) => {
    const writer = new ConfigWriter(broker);
    const nowMs = () => Date.now();
    const firstWords = new FirstWords(broker, tables, writer, nowMs);
    const keyWrapper = new LocalKeyWrapper(settings.secrets.masterKey, settings.secrets.previousMasterKey);
    // with a key that opens nothing it starts all the same: to give secrets anew where the key was lost
    const watchMasterKey = new WatchMasterKey({ tables, keyWrapper, logger, meters });
    const transforms = new TransformRunner();
    const parts: IngestParts = {
      broker,
      tables,
      writer,
      firstWords,
      transforms,
      events: new BatchingPublisher(broker, { maxWaitingBytes: maxWaitingEventBytes }),
      credentialKeys,
      directory,
      keyWrapper,
      vault: new EndpointVault(keyWrapper, randomBytes),
      sources: new SourcesById(tables),
      defaultRetry: settings.retry.retryDefault,
      maxEventBytes: settings.events.maxEventBytes,
      addressRules: settings.address,
      console: settings.console,
      upstreams: { metrics: settings.upstream.metricsUrl, 'dead-letter': settings.upstream.deadLetterUrl },
      version: postelVersion,
      logger,
      meters,
      tracing,
      nowMs,
      newId: (prefix) => `${prefix}_${uuid().replaceAll('-', '')}`,
      randomBytes,
    };
    const recordKeyUse = new RecordKeyUse({ tables, writer, logger, nowMs });
    const retireSecrets = new RetireSecrets(parts);
    return {
      module: IngestModule.with(parts),
      subscriptions: [],
      routes: (fastify) => registerIngestRoutes(fastify, parts),
      onKeyUse: (key) => recordKeyUse.record(key),
      start: async () => {
        watchMasterKey.start();
        await firstWords.reconcile();
        retireSecrets.start();
      },
      stop: async () => {
        watchMasterKey.stop();
        await Promise.all([retireSecrets.stop(), transforms.close()]);
      },
    };
  },
});
