import { dashboardOf, filters } from '../house/board.js';
import { ofPostel, told } from '../house/expressions.js';
import { figure } from '../house/figure.js';
import { graph } from '../house/graph.js';
import { list } from '../house/list.js';
import { prometheusVariable } from '../house/sources.js';

const third = { width: 8, height: 8 };

const streams = [
  list(
    {
      title: 'Streams',
      description:
        'EVENTS and LOG keep what is within the retention, DELIVERIES only what is due, CONFIG the last state of everything. A stream that is full refuses, and the producer is told 503.',
      unit: 'none',
      width: 16,
      height: 8,
      runbook: 'stream-nearly-full',
    },
    ['stream'],
    [
      { name: 'Messages', unit: 'short', expr: told('postel_stream_messages', 'stream') },
      { name: 'Size', unit: 'bytes', expr: told('postel_stream_bytes', 'stream') },
      { name: 'Limit', unit: 'bytes', expr: told('postel_stream_limit_bytes', 'stream') },
      {
        name: 'Full',
        unit: 'percentunit',
        expr: `${told('postel_stream_bytes', 'stream')} / ${told('postel_stream_limit_bytes', 'stream')}`,
      },
      { name: 'Oldest', unit: 's', expr: told('postel_stream_oldest_seconds', 'stream') },
    ],
  ),
  graph(
    {
      title: 'Size of streams',
      description: 'EVENTS and LOG grow until the retention is reached, and stay level from then on.',
      unit: 'bytes',
      runbook: 'stream-fills-up',
      ...third,
    },
    [{ expr: told('postel_stream_bytes', 'stream'), legend: '{{stream}}' }],
  ),
];

const consumers = [
  graph(
    {
      title: 'Messages before each consumer',
      description:
        'Not yet taken, or taken and not yet acknowledged. A line that only rises is a service that does not keep up or is not there: add replicas, or see what it waits for.',
      unit: 'short',
      ...third,
      runbook: 'consumer-lag-growing',
    },
    [{ expr: told('postel_consumer_lag', 'stream', 'consumer'), legend: '{{consumer}}' }],
  ),
  graph(
    {
      title: 'Taken and not yet acknowledged',
      description:
        'What is in the hands of a service. As high as its limit for long: each message takes too long, mostly because the database or the broker is slow.',
      unit: 'short',
      ...third,
    },
    [{ expr: told('postel_consumer_ack_pending', 'stream', 'consumer'), legend: '{{consumer}}' }],
  ),
  graph(
    {
      title: 'In hand for the second time or more',
      description:
        'After a crash or a restart for moments; otherwise something fails again and again: see the log of that service.',
      unit: 'short',
      ...third,
    },
    [{ expr: told('postel_consumer_redelivered', 'stream', 'consumer'), legend: '{{consumer}}' }],
  ),
];

const copies = [
  graph(
    {
      title: 'Copies of streams, by state',
      description:
        'With three servers each stream has three copies that are current. While one is lagging or offline, what is accepted is on two; with only one left nothing is accepted.',
      unit: 'none',
      width: 6,
      height: 8,
      runbook: 'replica-not-current',
    },
    [{ expr: `sum by (state) (${told('postel_stream_replicas', 'stream', 'state')})`, legend: '{{state}}' }],
    { isStacked: true, colours: { current: 'green', lagging: 'orange', offline: 'red' } },
  ),
  graph(
    {
      title: 'How far the slowest copy is behind',
      description:
        'In operations of the stream. Grows while a server is restarted, and must come back to 0 after.',
      unit: 'short',
      width: 6,
      height: 8,
    },
    [{ expr: told('postel_stream_replica_lag', 'stream'), legend: '{{stream}}' }],
  ),
  figure(
    {
      title: 'Streams without a leader',
      description:
        'Nothing can be written to them or read from them until the servers have elected one: some seconds.',
      unit: 'none',
      runbook: 'stream-without-leader',
      width: 4,
      height: 8,
      levels: { good: 0, bad: 1 },
    },
    { expr: `count(${told('postel_stream_leader', 'stream')} == 0) or vector(0)`, legend: 'streams' },
  ),
  figure(
    {
      title: 'Broker’s certificate',
      description:
        'How long it still holds. With less than a week, renew it: afterwards no service can connect again.',
      unit: 's',
      width: 4,
      height: 8,
      runbook: 'broker-certificate-expires',
      levels: { bad: 0, warning: 604_800, good: 1_814_400 },
    },
    {
      expr: 'min(postel_broker_certificate_expiry_timestamp_seconds) - time()',
      legend: 'left',
    },
  ),
  figure(
    {
      title: 'Storage of the account',
      description: 'Of what the broker lets Postel’s account have. Full: every stream refuses.',
      unit: 'percentunit',
      runbook: 'broker-storage-nearly-full',
      width: 4,
      height: 8,
      levels: { good: 0, warning: 0.7, bad: 0.85 },
    },
    {
      expr: `${told('postel_broker_storage_bytes')} / ${told('postel_broker_storage_limit_bytes')}`,
      legend: 'used',
    },
  ),
];

const tables = [
  graph(
    {
      title: 'Tables behind the log',
      description:
        'How old the newest fact is that each projection has stored, while there are newer ones. Reads of the API lag by as much; deliveries go on.',
      unit: 's',
      ...third,
      runbook: 'projection-lag',
      levels: { good: 0, warning: 10, bad: 60 },
    },
    [{ expr: told('postel_projection_lag_seconds', 'projection'), legend: '{{projection}}' }],
  ),
  graph(
    {
      title: 'Rows set aside',
      description:
        'Facts that could not be written to a table and were passed over. They stand in the table “unprojected” with the reason.',
      unit: 'none',
      ...third,
      runbook: 'set-aside-rows',
      levels: { good: 0, bad: 1 },
    },
    [{ expr: told('postel_set_aside_rows', 'projection'), legend: '{{projection}}' }],
  ),
  graph(
    {
      title: 'Unaccounted for',
      description:
        'By the log alone: events and deliveries of which it does not tell what became. Anything but 0 is a fault of Postel (docs/explanation/conservation.md).',
      unit: 'none',
      ...third,
      runbook: 'conservation',
      levels: { good: 0, bad: 1 },
    },
    [{ expr: told('abs(postel_conservation_difference)', 'equation'), legend: '{{equation}}' }],
  ),
];

const perProcess = '{{job}} {{instance}}';

const node = [
  graph(
    {
      title: 'CPU',
      description: 'Cores that each process uses. One at 1 has its event loop full: add a replica.',
      unit: 'none',
      ...third,
      levels: { good: 0, warning: 0.9 },
    },
    [{ expr: ofPostel('rate(process_cpu_seconds_total[$__rate_interval])'), legend: perProcess }],
  ),
  graph(
    {
      title: 'Event loop, p99',
      description:
        'How late timers and answers come because something else is being done. Above 0.5 s probes begin to fail.',
      unit: 's',
      ...third,
      levels: { good: 0, warning: 0.2, bad: 0.5 },
    },
    [{ expr: ofPostel('nodejs_eventloop_lag_p99_seconds'), legend: perProcess }],
  ),
  graph(
    {
      title: 'Collecting garbage',
      description: 'Share of the time. Above a tenth the process has too little memory for what it holds.',
      unit: 'percentunit',
      ...third,
      levels: { good: 0, warning: 0.1 },
    },
    [
      {
        expr: `sum by (job, instance) (${ofPostel('rate(nodejs_gc_duration_seconds_sum[$__rate_interval])')})`,
        legend: perProcess,
      },
    ],
  ),
  graph(
    {
      title: 'Memory',
      description:
        'Resident. Endpoints are held in memory: some 100,000 of them are normal growth; a line that rises for days is not.',
      unit: 'bytes',
      ...third,
    },
    [{ expr: ofPostel('process_resident_memory_bytes'), legend: perProcess }],
  ),
  graph(
    {
      title: 'Heap',
      description:
        'JavaScript’s own part of the memory. Near its limit (--max-old-space-size) the process ends.',
      unit: 'bytes',
      ...third,
    },
    [{ expr: ofPostel('nodejs_heap_size_used_bytes'), legend: perProcess }],
  ),
  graph(
    {
      title: 'Open files and sockets',
      description:
        'Of what the system allows. A deliverer holds a socket for each request and each endpoint it keeps alive.',
      unit: 'percentunit',
      ...third,
      levels: { good: 0, warning: 0.7, bad: 0.9 },
    },
    [{ expr: ofPostel('process_open_fds / process_max_fds'), legend: perProcess }],
  ),
];

export const broker = dashboardOf({
  name: 'broker',
  title: 'Postel: broker, tables, processes',
  description: 'What Postel stands on: the streams of NATS, the tables of PostgreSQL, its own processes.',
  from: 'now-1h',
  refresh: '30s',
  variables: [prometheusVariable, filters],
  rows: [
    { title: 'Streams', panels: streams },
    { title: 'Consumers', panels: consumers },
    { title: 'Copies, in a cluster', panels: copies },
    { title: 'Tables', panels: tables },
    { title: 'Node processes', panels: node },
  ],
});
