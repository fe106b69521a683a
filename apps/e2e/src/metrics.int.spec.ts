import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deadLetterReasons,
  deferReasons,
  errorCodes,
  projectionStreams,
  streamNames,
} from '@postel/contracts';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './harness/eventually.js';
import {
  adminToken,
  fleetPatienceMs,
  serviceNames,
  startFleet,
  type Fleet,
  type ServiceName,
} from './harness/fleet.js';
import { metric, readSeries, type Series } from './harness/metric.js';
import { connectProducer } from './harness/nats-producer.js';
import { runSql } from './harness/tables.js';
import { createTenant } from './harness/tenant-client.js';

const runbooks = join(import.meta.dirname, '..', '..', '..', 'docs', 'how-to', 'runbooks');

/** Of each label all the values that it may ever have; the patterns are of numbers that the settings bound. */
const closedSets: Readonly<Record<string, readonly string[] | RegExp>> = {
  version: /^\d+\.\d+\.\d+/,
  dependency: ['nats', 'database'],
  door: ['http', 'nats', 'inbound'],
  code: Object.keys(errorCodes),
  outcome: ['succeeded', 'deferred', 'died', 'retry', 'dead'],
  status_class: ['1xx', '2xx', '3xx', '4xx', '5xx', 'error'],
  reason: [...deadLetterReasons, ...deferReasons, 'reopened'],
  kind: ['failing', 'disabled', 'recovered'],
  stream: Object.values(streamNames),
  consumer: /^(dispatcher|dead-letter-disable-gone|deliverer-(delivery|retry|bulk)-[0-7]|other)$/,
  state: ['current', 'lagging', 'offline'],
  projection: Object.keys(projectionStreams),
  equation: ['events', 'deliveries'],
  le: /^(\d+(\.\d+)?|\+Inf)$/,
};

/** What each must tell once there was traffic, without the prefix; the contract's names are among them. */
const told: Readonly<Record<ServiceName, readonly string[]>> = {
  ingest: [
    'events_accepted_total{door="http"}',
    'events_rejected_total{code="broker_unavailable",door="http"}',
    'events_accepted_total{door="inbound"}',
    'events_rejected_total{code="broker_unavailable",door="inbound"}',
  ],
  dispatcher: [
    'events_accepted_total{door="nats"}',
    'events_rejected_total{code="internal_error",door="nats"}',
    'events_rejected_total{code="malformed_json",door="nats"}',
    'events_waiting',
    'dead_letters_total{reason="invalid_event"}',
  ],
  deliverer: [
    'deliveries_total{outcome="succeeded"}',
    'attempts_total{outcome="succeeded",status_class="2xx"}',
    'attempt_duration_seconds_bucket{le="0.0005"}',
    'delivery_latency_seconds_bucket{le="604800"}',
    'deliveries_in_flight',
    'deliveries_waiting{reason="retry"}',
    'deliveries_waiting{reason="paused"}',
    'attempts_total{outcome="retry",status_class="error"}',
    'dead_letters_total{reason="non_retryable"}',
    'circuits_open',
  ],
  'dead-letter': ['alerts_total{kind="failing"}', 'endpoints_failing'],
  metrics: [
    'consumer_lag{consumer="dispatcher",stream="EVENTS"}',
    'consumer_ack_pending{consumer="deliverer-delivery-0",stream="DELIVERIES"}',
    'consumer_redelivered{consumer="dead-letter-disable-gone",stream="LOG"}',
    'consumer_lag{consumer="other",stream="EVENTS"}',
    'stream_bytes{stream="CONFIG"}',
    'stream_messages{stream="EVENTS"}',
    'stream_limit_bytes{stream="IDEMPOTENCY"}',
    'stream_oldest_seconds{stream="LOG"}',
    'stream_leader{stream="DELIVERIES"}',
    'stream_replicas{state="current",stream="EVENTS"}',
    'stream_replica_lag{stream="EVENTS"}',
    'broker_storage_bytes',
    'projection_lag_seconds{projection="archive"}',
    'set_aside_rows{projection="delivery-log"}',
    'deliveries_overdue_seconds',
    'deliveries_waiting_oldest_seconds',
    'conservation_difference{equation="events"}',
    'conservation_difference{equation="deliveries"}',
  ],
};

/** Of Node itself, by its own names: what a process takes, and whether its event loop keeps up. */
const nodeTold = [
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'process_open_fds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_used_bytes',
  'nodejs_gc_duration_seconds_count{kind="minor"}',
];

describe('/metrics of every service', () => {
  let fleet: Fleet;
  const secretNames: string[] = [];
  beforeAll(async () => {
    fleet = await startFleet();
    await someTraffic();
  }, fleetPatienceMs);
  afterAll(() => fleet?.stop(), fleetPatienceMs);

  async function someTraffic(): Promise<void> {
    const works = await fleet.receiver();
    const refuses = await fleet.receiver(() => ({ status: 404 }));
    const fails = await fleet.receiver(() => ({ status: 503 }));
    for (const tenant of ['zebra-corp', 'quagga-ltd']) {
      const client = await createTenant(fleet.api, tenant);
      secretNames.push(tenant);
      for (const { url } of [works, refuses, fails]) {
        const retry = { schedule: [3_600_000] };
        const endpoint = await client.expect(201, 'POST', '/v1/endpoints', { url, events: ['*'], retry });
        secretNames.push(String(endpoint['id']));
      }
      const event = { type: 'order.created', data: { object: { id: 'ord_1' } } };
      const accepted = await client.expect(202, 'POST', '/v1/events', event);
      secretNames.push(String(accepted['id']));
    }
    const producer = await connectProducer(fleet.nats.url);
    await producer.publish('order.created', '{"id":"ord_2"}');
    await producer.publish('order.created', 'no JSON');
    await producer.close();
    const connection = await connect({ servers: fleet.nats.url });
    const { consumers, streams } = await jetstreamManager(connection);
    const theirs = { durable_name: 'theirs', filter_subject: 'order.>', ack_policy: AckPolicy.Explicit };
    await consumers.add('EVENTS', theirs);
    const { config } = await streams.info('IDEMPOTENCY');
    await streams.update('IDEMPOTENCY', { ...config, max_bytes: 1024 ** 3 });
    await connection.close();
  }

  /** As the broker says. */
  async function storedBytes(stream: string): Promise<number> {
    const connection = await connect({ servers: fleet.nats.url });
    const { streams } = await jetstreamManager(connection);
    const { state } = await streams.info(stream);
    await connection.close();
    return state.bytes;
  }

  const seriesOf = (name: ServiceName) => readSeries(fleet.operationsUrl(name));
  const missing = (series: readonly Series[], wanted: readonly string[]) =>
    wanted.filter((each) => !series.some(({ key }) => key === each));

  it(
    'has all that it should',
    async () => {
      for (const name of serviceNames) {
        const ours = [...told[name], 'dependency_up{dependency="nats"}'];
        const wanted = [...ours.map((each) => `postel_${each}`), ...nodeTold];
        await eventually(
          async () => {
            const left = missing(await seriesOf(name), wanted);
            if (left.length > 0) throw new Error(`${name} lacks ${left.join(', ')}`);
            return true;
          },
          `${name} to tell all`,
          { timeoutMs: 60_000 },
        );
      }
    },
    fleetPatienceMs,
  );

  it('names no tenant, endpoint or event, and has no series for each of them', async () => {
    for (const name of serviceNames) {
      const text = await (await fetch(`${fleet.operationsUrl(name)}/metrics`)).text();
      expect(secretNames.filter((secret) => text.includes(secret))).toEqual([]);
      const ours = (await seriesOf(name)).filter(({ key }) => key.startsWith('postel_'));
      const open = ours.flatMap(({ labels }) =>
        Object.entries(labels).filter(([label, value]) => {
          const set = closedSets[label];
          return !(set instanceof RegExp ? set.test(value) : set?.includes(value));
        }),
      );
      expect([name, open]).toEqual([name, []]);
      expect(ours.length).toBeLessThan(200);
    }
  });

  it(
    'says what is true',
    async () => {
      const at = (name: ServiceName) => fleet.operationsUrl(name);
      const counted = async () => {
        expect(await metric(at('ingest'), 'events_accepted_total', { door: 'http' })).toBe(2);
        expect(await metric(at('dispatcher'), 'events_accepted_total', { door: 'nats' })).toBe(1);
        expect(await metric(at('dispatcher'), 'dead_letters_total', { reason: 'invalid_event' })).toBe(1);
        expect(await metric(at('deliverer'), 'dead_letters_total', { reason: 'non_retryable' })).toBe(2);
        expect(await metric(at('deliverer'), 'delivery_latency_seconds_count')).toBe(2);
        expect(await metric(at('metrics'), 'stream_limit_bytes', { stream: 'IDEMPOTENCY' })).toBe(1024 ** 3);
        expect(await metric(at('metrics'), 'stream_replicas', { stream: 'LOG', state: 'current' })).toBe(1);
        return true;
      };
      // some of it is measured every 10 s, and of one endpoint's deliveries nothing follows for another's
      await eventually(counted, 'all of it to be counted');
      const measured = async () =>
        (await metric(at('metrics'), 'stream_messages', { stream: 'EVENTS' })) >= 4 &&
        (await metric(at('metrics'), 'consumer_lag', { consumer: 'other' })) === 4 &&
        (await metric(at('metrics'), 'consumer_lag', { consumer: 'dispatcher' })) === 0;
      await eventually(async () => (await measured()) || null, 'EVENTS to be measured');
      for (const stream of ['EVENTS', 'LOG', 'CONFIG']) {
        const isRight = async () =>
          (await metric(at('metrics'), 'stream_bytes', { stream })) === (await storedBytes(stream));
        await eventually(async () => (await isRight()) || null, `the bytes of ${stream} to be measured`);
      }
      for (const equation of ['events', 'deliveries'])
        expect(await metric(at('metrics'), 'conservation_difference', { equation })).toBe(0);
      // the retries are due in an hour
      const waits = async () => (await metric(at('metrics'), 'deliveries_waiting_oldest_seconds')) > 0;
      await eventually(async () => (await waits()) || null, 'what waits to be measured', {
        timeoutMs: 60_000,
      });
      expect(await metric(at('metrics'), 'deliveries_overdue_seconds')).toBe(0);
      for (const name of serviceNames) expect(await metric(at(name), 'build_info')).toBe(1);
    },
    2 * fleetPatienceMs,
  );

  it(
    'is what the runbooks look at, with commands that work',
    async () => {
      const env = {
        ...process.env,
        POSTEL: fleet.api.url,
        ADMIN_TOKEN: adminToken,
        INGEST: fleet.operationsUrl('ingest'),
        DISPATCHER: fleet.operationsUrl('dispatcher'),
        DELIVERER: fleet.operationsUrl('deliverer'),
        DEAD_LETTER: fleet.operationsUrl('dead-letter'),
        METRICS: fleet.operationsUrl('metrics'),
      };
      let tried = 0;
      const ofACluster: string[] = [];
      for (const page of readdirSync(runbooks).filter((name) => name !== 'README.md')) {
        const text = readFileSync(join(runbooks, page), 'utf8');
        const look = /## First look\n+```sh\n([^`]*)```/.exec(text)?.[1] ?? '';
        for (const line of look.trim().split('\n')) {
          if (line.startsWith('kubectl ')) {
            ofACluster.push(`${page}: ${line}`);
            continue;
          }
          const sql = /^psql "\$DATABASE_URL" -c "(.*)"$/.exec(line)?.[1];
          const run = async () => {
            if (sql) await runSql(fleet.postgres.url, sql);
            else await promisify(execFile)('sh', ['-c', line], { env });
            return true;
          };
          // what is measured now and then may not be there yet
          await eventually(run, `${page}: ${line}`);
          tried += 1;
        }
      }
      expect(tried).toBeGreaterThan(50);
      // there is none here: whoever adds another has to try it elsewhere
      expect(ofACluster).toEqual(['volume-nearly-full.md: kubectl -n postel get pvc']);
    },
    fleetPatienceMs,
  );

  it(
    'tells that a projection stands still, and that the database is away',
    async () => {
      const lag = () =>
        metric(fleet.operationsUrl('metrics'), 'projection_lag_seconds', { projection: 'archive' });
      const up = () => metric(fleet.operationsUrl('metrics'), 'dependency_up', { dependency: 'database' });
      expect(await up()).toBe(1);
      await fleet.postgres.kill();
      const event = { type: 'order.created', data: { object: { id: 'ord_3' } } };
      expect((await fleet.api.request('POST', '/v1/events', { body: event })).status).toBe(202);
      await eventually(async () => (await lag()) > 2 || null, 'the lag to grow', { timeoutMs: 60_000 });
      await eventually(async () => (await up()) === 0 || null, 'the database to be told as away');
      await fleet.postgres.restart();
      await eventually(async () => (await lag()) === 0 || null, 'the lag to end', { timeoutMs: 60_000 });
      await eventually(async () => (await up()) === 1 || null, 'the database to be told as there');
    },
    2 * fleetPatienceMs,
  );
});
