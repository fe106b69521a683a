import { dashboardOf, filters } from '../house/board.js';
import { perSecond, quantilesOf, told } from '../house/expressions.js';
import { graph } from '../house/graph.js';
import { list } from '../house/list.js';
import { prometheusVariable } from '../house/sources.js';
import { isAnythingBehind, isItWell } from './fleet-figures.js';

const third = { width: 8, height: 8 };

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
