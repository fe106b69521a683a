import { orZero, perSecond, quantile, successShare, told } from '../house/expressions.js';
import { figure } from '../house/figure.js';

const small = { width: 3, height: 4 };

/** Postel's processes, also of a service of which none answers any more. */
const targets = 'up and on (job) last_over_time(postel_build_info[1h])';

const refused = orZero(perSecond('postel_events_rejected_total'));

export const isItWell = [
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

export const isAnythingBehind = [
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
      expr: `${refused} / (${refused} + ${perSecond('postel_events_accepted_total')})`,
      legend: 'refused',
    },
  ),
];
