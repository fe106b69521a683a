import { dashboardOf, filters } from '../house/board.js';
import { perSecond, quantilesOf, successShare, told } from '../house/expressions.js';
import { figure } from '../house/figure.js';
import { graph } from '../house/graph.js';
import { heat } from '../house/heat.js';
import { prometheusVariable } from '../house/sources.js';

const third = { width: 8, height: 8 };
const figures = { width: 4, height: 4 };

const now = [
  figure(
    {
      title: 'Deliveries that succeed',
      description:
        'Of those that ended just now. What is tried again has not ended. Empty while nothing ends.',
      unit: 'percentunit',
      ...figures,
      runbook: 'delivery-success-burn',
      levels: { bad: 0, warning: 0.95, good: 0.99 },
    },
    { expr: successShare, legend: 'succeed' },
  ),
  figure(
    {
      title: 'Attempts that succeed',
      description:
        'Of all requests to receivers. Far below the share of deliveries: receivers fail, and retries mend it.',
      unit: 'percentunit',
      ...figures,
      levels: { bad: 0, warning: 0.8, good: 0.95 },
    },
    {
      expr: `${perSecond('postel_attempts_total{outcome="succeeded"}')} / ${perSecond('postel_attempts_total')}`,
      legend: 'succeed',
    },
  ),
  figure(
    {
      title: 'In flight',
      description: 'Requests that are open at this moment, of all deliverers.',
      unit: 'short',
      ...figures,
    },
    { expr: 'sum(postel_deliveries_in_flight)', legend: 'in flight' },
  ),
  figure(
    {
      title: 'Circuits open',
      description:
        'Endpoints that fail so steadily that only single probes are sent. They close by themselves once a probe succeeds.',
      unit: 'none',
      ...figures,
      runbook: 'circuits-open',
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
      ...figures,
      runbook: 'endpoints-failing',
      levels: { good: 0, warning: 1 },
    },
    { expr: told('postel_endpoints_failing'), legend: 'failing' },
  ),
  figure(
    {
      title: 'Waits longest',
      description:
        'Since the accept of its event, or since it was last sent again by hand. With a schedule of retries over days this is days, and well.',
      unit: 's',
      ...figures,
    },
    { expr: told('postel_deliveries_waiting_oldest_seconds'), legend: 'oldest' },
  ),
];

const outcomes = [
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
  graph(
    {
      title: 'Attempts, by what was answered',
      description:
        'Requests a second by the class of the receiver’s status. “error” is no answer: refused, reset, timed out, a name that does not resolve, an address that is not allowed.',
      unit: 'ops',
      ...third,
    },
    [{ expr: perSecond('postel_attempts_total', 'status_class'), legend: '{{status_class}}' }],
    { isStacked: true, colours: { '2xx': 'green', '4xx': 'orange', '5xx': 'red', error: 'purple' } },
  ),
  graph(
    {
      title: 'Attempts, by what follows',
      description:
        'Requests a second: succeeded, retry (it comes again), dead (no other attempt follows). Many that are dead at once are receivers that refuse what they get.',
      unit: 'ops',
      ...third,
    },
    [{ expr: perSecond('postel_attempts_total', 'outcome'), legend: '{{outcome}}' }],
    { isStacked: true, colours: { succeeded: 'green', retry: 'yellow', dead: 'red' } },
  ),
];

const durations = [
  graph(
    {
      title: 'From accept to first success',
      description:
        'What a customer notices: Postel’s own time, waits for retries and the receiver’s time together.',
      unit: 's',
      ...third,
      levels: { good: 0, warning: 5, bad: 60 },
    },
    quantilesOf('postel_delivery_latency_seconds'),
  ),
  graph(
    {
      title: 'One request',
      description:
        'From connect to the last byte of the answer: the receivers’ time. When this is short and the other long, deliveries wait: look below for what.',
      unit: 's',
      ...third,
    },
    quantilesOf('postel_attempt_duration_seconds'),
  ),
  heat(
    {
      title: 'From accept to first success, how many',
      description:
        'Each row is a bucket, the darker the more deliveries. Two bands are two kinds of endpoints: those that answer, and those that need retries.',
      unit: 'short',
      ...third,
    },
    {
      expr: 'sum by (le) (increase(postel_delivery_latency_seconds_bucket[$__rate_interval]))',
      legend: '{{le}}',
    },
  ),
];

const waiting = [
  graph(
    {
      title: 'Waiting, by reason',
      description:
        'retry: its next attempt is not due. paused: its endpoint is. busy, rate_limited: its endpoint takes no more now. circuit_open: only probes are sent. ordering: an earlier event of its key is not through.',
      unit: 'short',
      ...third,
    },
    [{ expr: 'sum by (reason) (postel_deliveries_waiting)', legend: '{{reason}}' }],
    { isStacked: true },
  ),
  graph(
    {
      title: 'Overdue',
      description:
        'How long ago the delivery was due that has waited longest beyond its time. With paused endpoints or open circuits it grows, and is well; else deliverers or PostgreSQL do not keep up.',
      unit: 's',
      ...third,
      runbook: 'deliveries-overdue',
      levels: { good: 0, warning: 60, bad: 600 },
    },
    [{ expr: told('postel_deliveries_overdue_seconds'), legend: 'overdue' }],
  ),
  graph(
    {
      title: 'In flight, by process',
      description:
        'Open requests of each deliverer. One that has many more than the others owns the partition of a large or slow endpoint.',
      unit: 'short',
      ...third,
    },
    [{ expr: 'sum by (instance) (postel_deliveries_in_flight)', legend: '{{instance}}' }],
    { isStacked: true },
  ),
];

const endings = [
  graph(
    {
      title: 'Dead letters, by reason',
      description:
        'A minute. exhausted: all attempts failed. non_retryable: the receiver refused. gone: it answered 410. expired: it waited too long. endpoint_*: the endpoint went away. invalid_event, poison: what came could not be understood.',
      unit: 'cpm',
      width: 12,
      height: 8,
      runbook: 'dead-letters',
    },
    [{ expr: `60 * ${perSecond('postel_dead_letters_total', 'reason')}`, legend: '{{reason}}' }],
    { isStacked: true },
  ),
  graph(
    {
      title: 'Endpoints that began to fail, were disabled, recovered',
      description:
        'Since when the trouble is, and whether it is over. Which endpoints they are stands in the operational events of the tenant “operator”.',
      unit: 'short',
      width: 12,
      height: 8,
    },
    [
      {
        expr: 'sum by (kind) (increase(postel_alerts_total[$__rate_interval]))',
        legend: '{{kind}}',
      },
    ],
    { areBars: true, colours: { failing: 'orange', disabled: 'red', recovered: 'green' } },
  ),
];

export const delivery = dashboardOf({
  name: 'delivery',
  title: 'Postel: deliveries',
  description: 'Do events reach their endpoints, how fast, and what becomes of those that do not?',
  from: 'now-1h',
  refresh: '30s',
  variables: [prometheusVariable, filters],
  rows: [
    { title: 'Now', panels: now },
    { title: 'What becomes of them', panels: outcomes },
    { title: 'How long it takes', panels: durations },
    { title: 'What waits, and for what', panels: waiting },
    { title: 'What ends badly', panels: endings },
  ],
});
