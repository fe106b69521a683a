import { dashboardOf, filters } from '../house/board.js';
import { orZero, perSecond, quantile, quantilesOf, successShare, told } from '../house/expressions.js';
import { figure } from '../house/figure.js';
import { graph } from '../house/graph.js';
import { list } from '../house/list.js';
import { prometheusVariable } from '../house/sources.js';

const small = { width: 3, height: 4 };
const third = { width: 8, height: 8 };

/** Postel's processes, also of a service of which none answers any more. */
const targets = 'up and on (job) last_over_time(postel_build_info[1h])';

const isItWell = [
  figure(
    {
      title: 'Processes down',
      description:
        'Processes that did not answer the last scrape. 0 is well; one that is being replaced is down for some seconds.',
      unit: 'none',
      leadsTo: 'broker',
      ...small,
      runbook: 'service-down',
      levels: { good: 0, bad: 1 },
    },
    { expr: orZero(`count((${targets}) == 0)`), legend: 'down' },
  ),
  figure(
    {
      title: 'Dependencies away',
      description:
        'Connections to NATS or PostgreSQL that a process has lost. Without NATS nothing is accepted; without PostgreSQL events are accepted and first attempts go out, and what must wait is safe in the log.',
      unit: 'none',
      runbook: 'dependency-unreachable',
      leadsTo: 'broker',
      ...small,
      levels: { good: 0, bad: 1 },
    },
    { expr: orZero('count(postel_dependency_up == 0)'), legend: 'away' },
  ),
  figure(
    {
      title: 'Accepted',
      description: 'Events on disk, a second, through all doors.',
      unit: 'ops',
      ...small,
    },
    { expr: orZero(perSecond('postel_events_accepted_total')), legend: 'events' },
  ),
  figure(
    {
      title: 'Deliveries that succeed',
      description:
        'Of those that ended just now, in success or as dead letters. What is tried again has not ended. Empty while nothing ends.',
      unit: 'percentunit',
      leadsTo: 'delivery',
      ...small,
      runbook: 'delivery-success-burn',
      levels: { bad: 0, warning: 0.95, good: 0.99 },
    },
    { expr: successShare, legend: 'succeed' },
  ),
  figure(
    {
      title: 'p95 until delivered',
      description:
        'From the durable accept of an event to its first success at an endpoint, retries included: 95 of 100 take no longer. Receivers that are slow or down show here too.',
      unit: 's',
      leadsTo: 'delivery',
      ...small,
      levels: { good: 0, warning: 5, bad: 60 },
    },
    { expr: quantile(0.95, 'postel_delivery_latency_seconds'), legend: 'p95' },
  ),
  figure(
    {
      title: 'Waiting',
      description:
        'Deliveries that wait in PostgreSQL, for a retry or for their endpoint. Many are no harm by themselves: see whether any is overdue.',
      unit: 'short',
      leadsTo: 'delivery',
      ...small,
    },
    { expr: 'sum(postel_deliveries_waiting)', legend: 'waiting' },
  ),
  figure(
    {
      title: 'Overdue',
      description:
        'How long ago the delivery was due that has waited longest beyond its time. Grows while endpoints are paused or their circuits are open; otherwise the deliverers do not keep up.',
      unit: 's',
      runbook: 'deliveries-overdue',
      leadsTo: 'delivery',
      ...small,
      levels: { good: 0, warning: 60, bad: 600 },
    },
    { expr: told('postel_deliveries_overdue_seconds'), legend: 'overdue' },
  ),
  figure(
    {
      title: 'Dead letters, an hour',
      description:
        'Deliveries and events that ended without success within the last hour. They are kept, and can be sent again.',
      unit: 'short',
      leadsTo: 'delivery',
      ...small,
      runbook: 'dead-letters',
      levels: { good: 0, warning: 1, bad: 100 },
    },
    { expr: orZero('sum(increase(postel_dead_letters_total[1h]))'), legend: 'dead letters' },
    { decimals: 0 },
  ),
];

const isAnythingBehind = [
  figure(
    {
      title: 'Circuits open',
      description:
        'Endpoints that fail so steadily that only single probes are sent. What is for them waits.',
      unit: 'none',
      runbook: 'circuits-open',
      leadsTo: 'delivery',
      ...small,
      levels: { good: 0, warning: 1 },
    },
    { expr: 'sum(postel_circuits_open)', legend: 'open' },
  ),
  figure(
    {
      title: 'Endpoints failing',
      description:
        'Endpoints with ten dead letters in an hour (or as you set it). The tenant “operator” is told which.',
      unit: 'none',
      runbook: 'endpoints-failing',
      leadsTo: 'delivery',
      ...small,
      levels: { good: 0, warning: 1 },
    },
    { expr: told('postel_endpoints_failing'), legend: 'failing' },
  ),
  figure(
    {
      title: 'Furthest behind',
      description:
        'The consumer with most messages of a stream before it. Should come back to near nothing within seconds.',
      unit: 'short',
      runbook: 'consumer-lag-growing',
      leadsTo: 'broker',
      ...small,
      levels: { good: 0, warning: 10_000, bad: 100_000 },
    },
    { expr: told('postel_consumer_lag'), legend: 'messages' },
  ),
  figure(
    {
      title: 'Tables behind',
      description:
        'How old the newest fact is in the table that is furthest behind the log. Reads of the API lag by as much; deliveries do not.',
      unit: 's',
      runbook: 'projection-lag',
      leadsTo: 'broker',
      ...small,
      levels: { good: 0, warning: 10, bad: 60 },
    },
    { expr: told('postel_projection_lag_seconds'), legend: 'behind' },
  ),
  figure(
    {
      title: 'Unaccounted for',
      description:
        'Events and deliveries of which the log does not tell what became. Anything but 0 is a fault of Postel: look into it today.',
      unit: 'none',
      runbook: 'conservation',
      leadsTo: 'broker',
      ...small,
      levels: { good: 0, bad: 1 },
    },
    { expr: 'sum(abs(max by (equation) (postel_conservation_difference)))', legend: 'difference' },
  ),
  figure(
    {
      title: 'Rows set aside',
      description:
        'Facts that could not be written to a table and were passed over, so that all others could be.',
      unit: 'none',
      runbook: 'set-aside-rows',
      leadsTo: 'broker',
      ...small,
      levels: { good: 0, bad: 1 },
    },
    { expr: `sum(${told('postel_set_aside_rows', 'projection')})`, legend: 'rows' },
  ),
  figure(
    {
      title: 'Fullest stream',
      description: 'A stream that is full refuses events with 503. None is told where streams have no limit.',
      unit: 'percentunit',
      runbook: 'stream-nearly-full',
      leadsTo: 'broker',
      ...small,
      levels: { good: 0, warning: 0.7, bad: 0.85 },
    },
    {
      expr: `max(${told('postel_stream_bytes', 'stream')} / ${told('postel_stream_limit_bytes', 'stream')})`,
      legend: 'full',
    },
  ),
  figure(
    {
      title: 'Refused',
      description:
        'Events that were refused, of all that were sent. A producer that sends what is not valid shows here.',
      unit: 'percentunit',
      ...small,
      levels: { good: 0, warning: 0.01, bad: 0.05 },
    },
    {
      expr: `(${orZero(perSecond('postel_events_rejected_total'))}) / (${orZero(perSecond('postel_events_rejected_total'))} + ${perSecond('postel_events_accepted_total')})`,
      legend: 'refused',
    },
  ),
];

const traffic = [
  graph(
    {
      title: 'Accepted, by door',
      description: 'Events on disk a second: over HTTP, by NATS, and what sources of inbound webhooks sent.',
      unit: 'ops',
      ...third,
    },
    [{ expr: perSecond('postel_events_accepted_total', 'door'), legend: '{{door}}' }],
    { isStacked: true },
  ),
  graph(
    {
      title: 'Refused, by reason',
      description:
        'Events a second that were not taken, by the code that the producer was told (docs/reference/errors.md). What came by NATS and was not understood becomes a dead letter.',
      unit: 'ops',
      ...third,
    },
    [{ expr: perSecond('postel_events_rejected_total', 'door', 'code'), legend: '{{code}} ({{door}})' }],
    { isStacked: true },
  ),
  graph(
    {
      title: 'Deliveries, by what became of them',
      description:
        'Passages a second: succeeded, died (a dead letter), or deferred (waits for a retry or for its endpoint, and comes again).',
      unit: 'ops',
      ...third,
    },
    [{ expr: perSecond('postel_deliveries_total', 'outcome'), legend: '{{outcome}}' }],
    { isStacked: true, colours: { succeeded: 'green', deferred: 'yellow', died: 'red' } },
  ),
];

const lateness = [
  graph(
    {
      title: 'From accept to first success',
      description:
        'How long events take until an endpoint has them. A high p99 beside a low p50 is a few endpoints that are down: see “Postel: deliveries”.',
      unit: 's',
      ...third,
    },
    quantilesOf('postel_delivery_latency_seconds'),
  ),
  graph(
    {
      title: 'Waiting, by reason',
      description:
        'Deliveries in the waiting room: for a retry, a paused endpoint, a full or rate-limited one, an open circuit, or their turn.',
      unit: 'short',
      ...third,
    },
    [{ expr: 'sum by (reason) (postel_deliveries_waiting)', legend: '{{reason}}' }],
    { isStacked: true },
  ),
  graph(
    {
      title: 'Messages before the consumers, by stream',
      description:
        'What is in the streams and not yet worked off. A saw-tooth is well; a line that only rises is a service that does not keep up, or is not there.',
      unit: 'short',
      ...third,
      runbook: 'consumer-lag-growing',
    },
    [
      {
        expr: `sum by (stream) (${told('postel_consumer_lag', 'stream', 'consumer')})`,
        legend: '{{stream}}',
      },
    ],
    { isStacked: true },
  ),
];

const alerts = list(
  {
    title: 'Alerts',
    description:
      'What fires now, and what is about to. Each has a runbook of its name: docs/how-to/runbooks/README.md. Empty is well.',
    unit: 'none',
    width: 24,
    height: 6,
  },
  ['alertname', 'severity', 'alertstate'],
  [
    {
      name: 'How many',
      expr: 'count by (alertname, severity, alertstate) (ALERTS{alertname=~"Postel.+"})',
    },
  ],
);

const processes = list(
  {
    title: 'Processes',
    description:
      'Every process of Postel: its version, for how long it runs, what it uses. Different versions beside each other are a roll-out under way.',
    unit: 'none',
    width: 24,
    height: 8,
  },
  ['job', 'instance', 'version'],
  [
    {
      name: 'Running for',
      unit: 's',
      expr: 'max by (job, instance, version) ((time() - process_start_time_seconds) * on (job, instance) group_right postel_build_info)',
    },
    {
      name: 'CPU',
      unit: 'percentunit',
      expr: 'max by (job, instance, version) (rate(process_cpu_seconds_total[$__rate_interval]) * on (job, instance) group_right postel_build_info)',
    },
    {
      name: 'Memory',
      unit: 'bytes',
      expr: 'max by (job, instance, version) (process_resident_memory_bytes * on (job, instance) group_right postel_build_info)',
    },
    {
      name: 'Event loop p99',
      unit: 's',
      expr: 'max by (job, instance, version) (nodejs_eventloop_lag_p99_seconds * on (job, instance) group_right postel_build_info)',
    },
  ],
);

export const fleet = dashboardOf({
  name: 'fleet',
  title: 'Postel: fleet',
  description: 'Is all well? Begin here; each figure leads to the dashboard or the runbook that says more.',
  from: 'now-1h',
  refresh: '30s',
  variables: [prometheusVariable, filters],
  rows: [
    { title: 'Is it well?', panels: [...isItWell, ...isAnythingBehind] },
    { title: 'Alerts', panels: [alerts] },
    { title: 'Traffic', panels: traffic },
    { title: 'How late', panels: lateness },
    { title: 'Processes', panels: [processes] },
  ],
});
