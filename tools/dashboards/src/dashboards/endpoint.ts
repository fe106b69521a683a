import {
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboardOf } from '../house/board.js';
import { sqlFigure } from '../house/figure.js';
import { sqlGraph } from '../house/graph.js';
import { sqlList } from '../house/list.js';
import { postgres, postgresVariable } from '../house/sources.js';
import { sqlQuery } from '../house/sql-query.js';
import * as sql from './endpoint-queries.js';

const small = { width: 4, height: 4 };

const variables = [
  postgresVariable,
  new QueryVariableBuilder('tenant')
    .label('Tenant')
    .datasource(postgres)
    .query(sql.tenants)
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.Disabled)
    .multi(false)
    .includeAll(false)
    .allowCustomValue(true),
  new QueryVariableBuilder('endpoint')
    .label('Endpoint')
    .description('Those with deliveries in the time shown, at most 1,000; any other id can be typed.')
    .datasource(postgres)
    .query(sql.endpoints.trim())
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled)
    .multi(false)
    .includeAll(false)
    .allowCustomValue(true),
];

const overTheTimeShown = [
  sqlFigure(
    {
      title: 'Deliveries',
      description: 'Made for this endpoint in the time shown, whole hours.',
      unit: 'short',
      ...small,
    },
    sqlQuery('table', sql.created),
  ),
  sqlFigure(
    {
      title: 'Succeed',
      description: 'Of the deliveries that ended. Empty where none has.',
      unit: 'percentunit',
      ...small,
      levels: { bad: 0, warning: 0.95, good: 0.99 },
    },
    sqlQuery('table', sql.successShare),
  ),
  sqlFigure(
    {
      title: 'Dead letters',
      description:
        'Made in the time shown, and not sent again since. They can be: POST /v1/dead-letters/redrive, or /recover of the endpoint.',
      unit: 'short',
      ...small,
      runbook: 'dead-letters',
      levels: { good: 0, warning: 1, bad: 10 },
    },
    sqlQuery('table', sql.deadLetters),
  ),
  sqlFigure(
    {
      title: 'Answers within',
      description: 'Mean time from connect to the last byte, of all attempts.',
      unit: 's',
      ...small,
      levels: { good: 0, warning: 2, bad: 8 },
    },
    sqlQuery('table', sql.meanDuration),
  ),
  sqlFigure(
    {
      title: 'Waiting now',
      description: 'Deliveries that wait, whatever the time shown; counted up to 100,000.',
      unit: 'short',
      ...small,
    },
    sqlQuery('table', sql.waitingNow),
  ),
  sqlFigure(
    {
      title: 'Counts as failing',
      description: 'Ten dead letters in an hour, or as it is set for its tenant, and no success since.',
      unit: 'none',
      ...small,
      runbook: 'endpoints-failing',
      levels: { good: 0, bad: 1 },
    },
    sqlQuery('table', sql.isFailing),
    { words: { '0': 'no', '1': 'yes' } },
  ),
];

const course = [
  sqlGraph(
    {
      title: 'Deliveries that ended, by hour',
      description: 'Succeeded, and ended without success.',
      unit: 'short',
      width: 12,
      height: 8,
    },
    sqlQuery('time_series', sql.byHour),
    { isStacked: true, areBars: true, colours: { succeeded: 'green', failed: 'red' } },
  ),
  sqlGraph(
    {
      title: 'By minute, the last two hours',
      description: 'Many attempts and few successes: it fails just now, and retries go on.',
      unit: 'short',
      width: 12,
      height: 8,
    },
    sqlQuery('time_series', sql.attemptsByMinute),
    { colours: { succeeded: 'green', 'dead letters': 'red' } },
  ).timeFrom('2h'),
  sqlGraph(
    {
      title: 'How long it takes to answer, by hour',
      description:
        'From connect to the last byte, within 1 %. Near its timeoutMs (10 s by default) attempts begin to fail.',
      unit: 's',
      width: 12,
      height: 8,
    },
    sqlQuery('time_series', sql.durationsByHour),
  ),
  sqlList(
    {
      title: 'What it answered, when it failed',
      description:
        'Failed attempts by HTTP status, or by error where there was no answer (docs/reference/errors.md).',
      unit: 'none',
      width: 6,
      height: 8,
    },
    sqlQuery('table', sql.errors),
  ),
  sqlList(
    {
      title: 'What waits now, and for what',
      description:
        'retry: its next attempt is not due. paused: the endpoint is. busy, rate_limited: it takes no more now. circuit_open: only probes are sent. ordering: an earlier event of the key is not through.',
      unit: 'none',
      width: 6,
      height: 8,
    },
    sqlQuery('table', sql.waitingByReason),
    { oldest: { unit: 's' } },
  ),
];

const last = [
  sqlList(
    {
      title: 'Last deliveries',
      description: 'The 50 newest of the time shown. GET /v1/deliveries/{id} tells all of one.',
      unit: 'none',
      width: 24,
      height: 9,
    },
    sqlQuery('table', sql.deliveries),
  ),
  sqlList(
    {
      title: 'Their attempts',
      description:
        'The 100 newest. What was sent and answered is not shown here: GET /v1/deliveries/{id}/attempts.',
      unit: 'none',
      width: 24,
      height: 9,
    },
    sqlQuery('table', sql.attempts),
    { took: { unit: 's' } },
  ),
  sqlList(
    {
      title: 'Last dead letters',
      description: 'The 50 newest of the time shown. POST /v1/dead-letters/{id}/redrive sends one again.',
      unit: 'none',
      width: 24,
      height: 8,
      runbook: 'dead-letters',
    },
    sqlQuery('table', sql.lastDeadLetters),
  ),
  sqlList(
    {
      title: 'Who changed it',
      description: 'Changes, retries, redrives and reads of its secret, as in GET /v1/audit.',
      unit: 'none',
      width: 24,
      height: 7,
    },
    sqlQuery('table', sql.changes),
  ),
];

export const endpoint = dashboardOf({
  name: 'endpoint',
  title: 'Postel: one endpoint',
  description:
    'A customer asks what became of his webhooks. From PostgreSQL, which lags normally under a second.',
  from: 'now-24h',
  refresh: '1m',
  variables,
  rows: [
    { title: 'In the time shown', panels: overTheTimeShown },
    { title: 'Its course', panels: course },
    { title: 'In detail', panels: last },
  ],
});
