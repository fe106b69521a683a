import type { BrokerReport, ServerInfo, StreamReport } from '@postel/jetstream';
import { fail, ok, warn, type Finding } from './finding.js';
import { isAtLeast } from './judge-versions.js';

/** The first release whose JetStream has all that the streams use. */
export const oldestNatsServer = '2.15.1';

export interface AskedServer {
  readonly server: string;
  readonly info: ServerInfo | null;
  /** Why there is none. */
  readonly reason: string | null;
}

/** Whether each server answers, is new enough and has JetStream. */
export function judgeServers(asked: readonly AskedServer[]): readonly Finding[] {
  return asked.map(({ server, info, reason }) => {
    if (info === null) {
      return fail(
        'NATS',
        `no NATS server answers at ${server}: ${reason ?? ''}`,
        'start it, or set NATS_URL',
      );
    }
    if (!isAtLeast(info.version, oldestNatsServer)) {
      const detail = `${server} is nats-server ${info.version}, older than ${oldestNatsServer}`;
      return fail('NATS', detail, 'old ones lose data on a power cut and lack atomic batches: upgrade it');
    }
    if (!info.jetStream) {
      return fail(
        'NATS',
        `${server} has no JetStream`,
        'start it with a `jetstream { }` block in its configuration',
      );
    }
    return ok('NATS', `${server} is nats-server ${info.version}${info.tls ? ', with TLS' : ''}`);
  });
}

export type SyncInterval =
  | { readonly known: true; readonly always: boolean; readonly shown: string; readonly from: string }
  | { readonly known: false; readonly why: string };

export function judgeSyncInterval(sync: SyncInterval): Finding {
  const advice = 'set `jetstream { sync_interval: always }` in the configuration of every nats-server';
  if (!sync.known) {
    return warn(
      'sync_interval',
      `cannot be seen from here: ${sync.why}`,
      `${advice}, or let doctor look with --nats-monitor http://host:8222`,
    );
  }
  if (sync.always) return ok('sync_interval', `always (${sync.from})`);
  return fail(
    'sync_interval',
    `${sync.shown} (${sync.from}): a power cut loses what was acknowledged in it`,
    advice,
  );
}

export interface WantedBroker {
  readonly replicas: number;
  /** Durables that the services make. */
  readonly durables: readonly string[];
}

/** Streams, what they hold, their replicas, and who reads them. */
export function judgeReport(report: BrokerReport, wanted: WantedBroker): readonly Finding[] {
  const { streams, silentStreams, storage } = report;
  return [
    ...(silentStreams.length > 0
      ? [
          fail(
            'streams',
            `${silentStreams.join(', ')} ${silentStreams.length === 1 ? 'does' : 'do'} not answer`,
            'where no service ever ran they are not there yet; otherwise a leader is missing: look at the NATS servers',
          ),
        ]
      : []),
    ...streams.map((stream) => judgeStream(stream, wanted.replicas)),
    storageFinding(storage),
    ...judgeConsumers(report, wanted.durables),
  ];
}

function judgeStream(stream: StreamReport, replicas: number): Finding {
  const check = `stream ${stream.stream}`;
  const { current, lagging, offline } = stream.replicas;
  const share = stream.limitBytes === null ? 0 : stream.bytes / stream.limitBytes;
  const full = stream.limitBytes === null ? 'no limit of its own' : `${Math.round(share * 100)} % full`;
  const detail = `${stream.messages} messages, ${sizeOf(stream.bytes)}, ${full}, ${current} of ${current + lagging + offline} replicas current`;
  if (share > 0.95)
    return fail(check, detail, 'raise its limit or the disk: a full stream refuses what comes (503)');
  if (offline > 0) return fail(check, detail, 'bring the NATS server back that is away');
  if (share > 0.8) return warn(check, detail, 'raise its limit soon: a full stream refuses what comes (503)');
  if (lagging > 0)
    return warn(check, detail, 'a server that was away catches up; if it stays so, look at it');
  const count = current + lagging + offline;
  if (count < replicas) {
    return warn(
      check,
      `${detail}; POSTEL_STREAM_REPLICAS says ${replicas}`,
      `nats stream edit ${stream.stream} --replicas ${replicas}`,
    );
  }
  return ok(check, detail);
}

function storageFinding({ usedBytes, limitBytes }: BrokerReport['storage']): Finding {
  if (limitBytes === null) return ok('storage', `${sizeOf(usedBytes)} used, no limit of the account`);
  const share = usedBytes / limitBytes;
  const detail = `${sizeOf(usedBytes)} of ${sizeOf(limitBytes)} used`;
  const advice =
    'raise max_file of the account in nats.conf, and max_file_store above it: beyond it nothing is accepted';
  if (share > 0.95) return fail('storage', detail, advice);
  return share > 0.8 ? warn('storage', detail, advice) : ok('storage', detail);
}

/** Beyond this someone notices that deliveries are late. */
const longBacklog = 50_000;

function judgeConsumers(
  { consumers, silentStreams }: BrokerReport,
  durables: readonly string[],
): readonly Finding[] {
  if (silentStreams.length > 0) return [];
  const missing = durables.filter((name) => !consumers.some(({ durable }) => durable === name));
  const pending = consumers.reduce((sum, consumer) => sum + consumer.pending, 0);
  const longest = [...consumers].sort((a, b) => b.pending - a.pending)[0];
  const lag =
    longest !== undefined && longest.pending > longBacklog
      ? warn(
          'lag',
          `${longest.pending} messages wait for ${longest.durable}`,
          'start more of that service, or look at what holds it up: docs/how-to/runbooks',
        )
      : ok('lag', `${pending} messages wait, over ${consumers.length} consumers`);
  if (missing.length === 0) return [lag];
  const shown =
    missing.length > 3
      ? `${missing.slice(0, 3).join(', ')} and ${missing.length - 3} more`
      : missing.join(', ');
  return [
    lag,
    warn('consumers', `${shown} never ran here`, 'start the services, with the same POSTEL_PARTITIONS'),
  ];
}

export function certificateFinding(expiresAtMs: number | null, nowMs: number): Finding | null {
  if (expiresAtMs === null) return null;
  const days = Math.floor((expiresAtMs - nowMs) / 86_400_000);
  const at = new Date(expiresAtMs).toISOString().slice(0, 10);
  if (days < 0) return fail('NATS certificate', `ended on ${at}`, 'renew it: clients refuse it');
  return days < 14
    ? warn('NATS certificate', `ends on ${at}, in ${days} days`, 'renew it')
    : ok('NATS certificate', `good until ${at}`);
}

function sizeOf(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1_024;
  let unit = 0;
  for (; value >= 1_024 && unit < units.length - 1; unit++) value /= 1_024;
  return `${value.toFixed(1)} ${units[unit] ?? ''}`;
}
