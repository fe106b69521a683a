import {
  accessSettings,
  addressSettings,
  alertSettings,
  brokerSettings,
  databaseSettings,
  eventSettings,
  graceSettings,
  partitionSettings,
  readSettings,
  retentionSettings,
  retrySettings,
  secretSettings,
  tracingSettings,
  upstreamSettings,
} from '@postel/config';
import type { DoctorEnvironment } from './doctor-environment.js';
import { fail, ok, skipped, warn, type Finding } from './finding.js';

/** All that any of the five services reads. */
const groups = {
  access: accessSettings,
  address: addressSettings,
  alerts: alertSettings,
  broker: brokerSettings,
  database: databaseSettings,
  events: eventSettings,
  grace: graceSettings,
  partitions: partitionSettings,
  retention: retentionSettings,
  retries: retrySettings,
  secrets: secretSettings,
  tracing: tracingSettings,
  upstreams: upstreamSettings,
} as const;

/** Every fault together, as a service would tell them when it starts. */
export function checkSettings({ env, of }: DoctorEnvironment): readonly Finding[] {
  if (of === 'nobody') {
    return [
      skipped(
        'settings',
        'none of the services’ here (NATS_URL, DATABASE_URL, …): only the API is looked at',
      ),
    ];
  }
  const read = readSettings(env, groups);
  if (read.ok) return [ok('settings', `of ${of}: all good`), ...cautions(read.settings)];
  return read.faults.map((fault) =>
    fail('settings', fault, 'see docs/reference/settings.md; no service starts without it'),
  );
}

/** What is allowed, and not meant for production. */
function cautions({
  broker,
  address,
}: {
  broker: { replicas: number; servers: string[] };
  address: { allowHttp: boolean };
}) {
  const findings: Finding[] = [];
  if (broker.servers.length > 1 && broker.replicas < 3) {
    findings.push(
      warn(
        'settings',
        `several NATS servers, and POSTEL_STREAM_REPLICAS is ${broker.replicas}`,
        'set it to 3, so that a server may be lost',
      ),
    );
  }
  if (address.allowHttp && broker.servers.length > 1) {
    findings.push(warn('settings', 'POSTEL_ALLOW_HTTP is true', 'in production endpoints should have https'));
  }
  return findings;
}
