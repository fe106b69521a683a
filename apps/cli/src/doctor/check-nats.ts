import { brokerSettings, partitionSettings, readSettings, secretSettings } from '@postel/config';
import { delivererConsumer, disableGoneConsumer, dispatcherConsumer, lanes } from '@postel/contracts';
import {
  brokerClockOffsetMs,
  connectBroker,
  findTopologyDrift,
  readServerInfo,
  reportBroker,
  sampleSecrets,
  type Broker,
} from '@postel/jetstream';
import { checkEncryptionKey } from './check-encryption-key.js';
import type { DoctorEnvironment } from './doctor-environment.js';
import { fail, guarded, skipped, type Finding } from './finding.js';
import { clockFinding } from './judge-clock.js';
import {
  certificateFinding,
  judgeReport,
  judgeServers,
  judgeSyncInterval,
  type AskedServer,
} from './judge-nats.js';
import { readSyncInterval } from './read-sync-interval.js';

export interface NatsCheckOptions {
  readonly environment: DoctorEnvironment;
  readonly monitorUrl: string | null;
  readonly nowMs: () => number;
}

const patienceMs = 15_000;
const sampleSize = 100;

/** The broker: first what any client may ask, then, where that is good, all that a service needs of it. */
export async function checkNats(options: NatsCheckOptions): Promise<readonly Finding[]> {
  const read = readSettings(options.environment.env, { broker: brokerSettings });
  if (!read.ok) return [skipped('NATS', 'its settings are not good')];
  const { broker } = read.settings;
  const servers = judgeServers(await Promise.all(broker.servers.map(askServer)));
  const { monitorUrl, environment } = options;
  const sync = judgeSyncInterval(
    await readSyncInterval({ monitorUrl, configFile: environment.natsConfigFile }),
  );
  // a cluster of which one server is old or away is still a broker
  if (!servers.some(({ verdict }) => verdict === 'ok')) return [...servers, sync];
  return [...servers, sync, ...(await withBroker(options, broker))];
}

async function askServer(server: string): Promise<AskedServer> {
  try {
    return { server: withoutCredentials(server), info: await readServerInfo(server), reason: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { server: withoutCredentials(server), info: null, reason };
  }
}

function withoutCredentials(server: string): string {
  return server.replace(/\/\/[^@/]*@/, '//');
}

async function withBroker(
  options: NatsCheckOptions,
  settings: { readonly servers: string[]; readonly replicas: number },
): Promise<readonly Finding[]> {
  let broker: Broker;
  try {
    broker = await connectBroker({ ...settings, name: 'postel-doctor', patienceMs: 0 });
  } catch (error) {
    const reason = withoutCredentials(error instanceof Error ? error.message : String(error));
    return [fail('NATS', reason, 'are NATS_CREDS, NATS_CA, NATS_CERT and NATS_KEY those of this broker?')];
  }
  try {
    const groups = await Promise.all([
      guarded('streams', () => ofReport(broker, options, settings.replicas), patienceMs),
      guarded('streams', () => ofDrift(broker), patienceMs),
      guarded('clock of NATS', () => ofClock(broker, options), patienceMs),
      guarded('NATS certificate', () => ofCertificate(broker, options), patienceMs),
      guarded('encryption key', () => ofSecrets(broker, options), patienceMs),
    ]);
    return groups.flat();
  } finally {
    await Promise.race([broker.close(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
  }
}

async function ofReport(
  broker: Broker,
  { environment }: NatsCheckOptions,
  replicas: number,
): Promise<readonly Finding[]> {
  const read = readSettings(environment.env, { partitions: partitionSettings });
  const partitions = read.ok ? read.settings.partitions.partitions : 0;
  const durables = [
    dispatcherConsumer.durable,
    disableGoneConsumer.durable,
    ...lanes.flatMap((lane) =>
      Array.from({ length: partitions }, (_, at) => delivererConsumer(lane, at).durable),
    ),
  ];
  return judgeReport(await reportBroker(broker), { replicas, durables });
}

async function ofDrift(broker: Broker): Promise<readonly Finding[]> {
  const drifts = await findTopologyDrift(broker);
  return drifts.map((drift) => fail('streams', drift, 'no service starts so'));
}

async function ofClock(broker: Broker, { nowMs }: NatsCheckOptions): Promise<readonly Finding[]> {
  // without its streams it has nothing that tells the time; the check of the streams says that
  const offsetMs = await brokerClockOffsetMs(broker, nowMs).catch(() => null);
  return offsetMs === null ? [] : [clockFinding('clock of NATS', offsetMs, 1_000)];
}

async function ofCertificate(broker: Broker, { nowMs }: NatsCheckOptions): Promise<readonly Finding[]> {
  const finding = certificateFinding(await broker.certificateExpiresAtMs(), nowMs());
  return finding === null ? [] : [finding];
}

async function ofSecrets(broker: Broker, { environment }: NatsCheckOptions): Promise<readonly Finding[]> {
  const read = readSettings(environment.env, { secrets: secretSettings });
  if (!read.ok) return [skipped('encryption key', 'POSTEL_ENCRYPTION_KEY is not good')];
  const sample = await sampleSecrets(broker, sampleSize).catch(() => null);
  if (sample === null) return [skipped('encryption key', 'CONFIG cannot be read')];
  return [await checkEncryptionKey(sample, read.settings.secrets)];
}
