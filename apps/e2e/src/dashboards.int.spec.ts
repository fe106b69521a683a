import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { locatePrometheus, startTestPrometheus, waitUntil, type TestServer } from '@postel/testing';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { ask, askInstant, isEmpty, type Answer, type Sources } from './dashboards/ask.js';
import { queriesOf, readDashboards, type PanelQuery } from './dashboards/dashboard.js';
import { guardedBroker, type GuardedBroker } from './dashboards/guarded-broker.js';
import { withMacros, withVariables } from './dashboards/interpolate.js';
import { selectorsOf } from './dashboards/promql.js';
import { record } from './dashboards/record.js';
import { connectAsGrafana } from './dashboards/read-only-user.js';
import { Traffic, trafficEnv } from './dashboards/traffic.js';
import { repositoryRoot } from './harness/child-process.js';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet } from './harness/fleet.js';
import { limitEvents } from './harness/stream-limits.js';

const canBeHad = (await locatePrometheus()) !== null;
const why = ' (skipped: Prometheus is not installed, and Debian’s package cannot be had)';
// among the many of `npm test` the names of tests are not shown
if (!canBeHad) console.warn(`Tests of dashboards${why}`);
const withPrometheus = canBeHad ? describe : describe.skip;

const roundsEveryMs = 300;
const dashboards = readDashboards();
const queries = dashboards.flatMap(queriesOf);
const alertRules = join(repositoryRoot, 'deploy', 'prometheus', 'rules', 'postel.rules.yml');
type Row = Readonly<Record<string, unknown>>;

/** On a machine that is busy a scrape takes its time; one that takes longer than this is lost. */
const scrapeMs = 2_000;
const recordingMs = 240_000;

withPrometheus(`the dashboards${canBeHad ? '' : why}`, () => {
  let broker: GuardedBroker;
  let fleet: Fleet;
  let prometheus: TestServer;
  let traffic: Traffic;
  let sql: pg.Pool;
  let sources: Sources;
  let goesOn = true;
  const startedMs = Date.now();
  let lastRound: Promise<void> = Promise.resolve();
  beforeAll(async () => {
    broker = guardedBroker();
    fleet = await startFleet({ env: { ...trafficEnv, ...broker.env }, nats: broker.nats });
    const scrape = serviceNames.map((name) => ({
      job: name,
      targets: [new URL(fleet.operationsUrl(name)).host],
    }));
    prometheus = (await startTestPrometheus({
      scrape,
      rules: [alertRules],
      everyMs: scrapeMs,
    })) as TestServer;
    await limitEvents(fleet.nats.url, 256 * 1024 ** 2, broker.tls);
    traffic = await Traffic.start(fleet, broker.tls);
    sql = await connectAsGrafana(fleet.postgres.url);
    sources = {
      prometheusUrl: prometheus.url,
      scrapeMs,
      sql,
      variables: { tenant: 'default', endpoint: traffic.endpoint.id },
    };
    lastRound = keepGoing();
  }, fleetPatienceMs);
  afterAll(async () => {
    goesOn = false;
    await lastRound;
    await traffic?.stop();
    await sql?.end();
    await prometheus?.stop();
    await Promise.resolve(fleet?.stop()).finally(() => broker?.remove());
  }, fleetPatienceMs);

  /** Rates are told of what happens between two scrapes; nothing waits for this. */
  async function keepGoing(): Promise<void> {
    while (goesOn) {
      await traffic.round();
      await sleep(roundsEveryMs);
    }
  }

  const shown = () => ({ fromMs: startedMs, toMs: Date.now() });

  it('ask nothing that a data source refuses', async () => {
    const answers = await Promise.allSettled(queries.map((query) => ask(query, shown(), sources)));
    const refused = answers.flatMap((answer, index) =>
      answer.status === 'rejected'
        ? [`${nameOf(queries[index] as PanelQuery)}: ${String(answer.reason)}`]
        : [],
    );
    expect(refused).toEqual([]);
  });

  it(
    'show something on every panel, from real traffic',
    async () => {
      let blank = queries;
      const noneLeft = async () => {
        const answers = await Promise.all(blank.map((query) => ask(query, shown(), sources)));
        blank = blank.filter((_, index) => isEmpty(answers[index] as Answer));
        return blank.length === 0;
      };
      await waitUntil(noneLeft, { timeoutMs: 90_000 }).catch(() => undefined);
      expect(blank.map(nameOf)).toEqual([]);
    },
    fleetPatienceMs,
  );

  const recordingFile = process.env['POSTEL_DASHBOARD_RECORDING'];
  if (recordingFile !== undefined)
    it(
      'are recorded, for their pictures',
      () => record({ file: recordingFile, queries, sources, fromMs: startedMs, forMs: recordingMs, traffic }),
      2 * recordingMs,
    );

  it('show shares that are shares, and most events as accepted', async () => {
    for (const query of queries.filter(({ unit }) => unit === 'percentunit')) {
      const values = valuesOf(await ask(query, shown(), sources));
      expect({ query: nameOf(query), odd: values.filter((value) => value < 0 || value > 1) }).toEqual({
        query: nameOf(query),
        odd: [],
      });
    }
    const refused = queries.find(({ panel }) => panel === 'Refused') as PanelQuery;
    const [share = 1] = valuesOf(await ask(refused, shown(), sources)).slice(-1);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.5);
  });

  it('choose series that there are, each by itself', async () => {
    const selectors = queries.flatMap((query) => selectorsOf(promqlOf(query)));
    let missing = [...new Set(selectors.map(({ text }) => text))];
    const noneLeft = async () => {
      const found = await Promise.all(
        missing.map((text) => askInstant(prometheus.url, `count(last_over_time(${text}[2m]))`, Date.now())),
      );
      missing = missing.filter((_, index) => found[index]?.length === 0);
      return missing.length === 0;
    };
    // a panel may show something without each of its series
    await waitUntil(noneLeft).catch(() => undefined);
    expect(missing).toEqual([]);
  });

  it('tell for how long the certificate of the broker still holds', async () => {
    const query = queries.find(({ panel }) => panel === 'Broker’s certificate') as PanelQuery;
    const atMs = Date.now();
    const [leftSeconds = 0] = valuesOf(await ask(query, { fromMs: atMs, toMs: atMs }, sources)).slice(-1);
    expect(Math.abs(atMs + leftSeconds * 1_000 - broker.certificateEndsAtMs)).toBeLessThan(1_000);
  });

  it('let the user of Grafana read exactly what they use', async () => {
    const used = queries.map(({ target }) => target.rawSql ?? '').join('\n') + variableQueries().join('\n');
    const words = new Set(used.match(/\w+/g));
    const { rows } = await sql.query<{ table_name: string; column_name: string }>(
      `SELECT table_name, column_name FROM information_schema.column_privileges
        WHERE grantee = 'postel_grafana' AND table_schema = 'public'`,
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !words.has(row.column_name) || !words.has(row.table_name))).toEqual([]);
    for (const secret of ['payload FROM events', 'url FROM deliveries', 'response_body FROM attempts'])
      await expect(sql.query(`SELECT ${secret}`)).rejects.toThrow('permission denied');
    await expect(sql.query('DELETE FROM waiting')).rejects.toThrow(/permission denied|read-only/);
  });

  it('offer the tenants and endpoints that there are', async () => {
    const values = async (query: string) =>
      (
        await sql.query({
          text: withMacros(withVariables(query, sources.variables), shown()),
          rowMode: 'array',
        })
      ).rows.map(([first]) => first);
    const [tenants = '', endpoints = ''] = variableQueries();
    // each is read of another table, and each of them lags
    await waitUntil(async () => (await values(tenants)).includes('default'));
    await waitUntil(async () => (await values(endpoints)).includes(traffic.endpoint.id));
  });

  it('tell of an endpoint what the API tells', async () => {
    goesOn = false;
    await lastRound;
    const figures = ['Deliveries', 'Dead letters', 'How long it takes to answer, by hour'];
    await waitUntil(
      async () => {
        const told: (readonly Row[])[] = [];
        for (const figure of figures) {
          const query = queries.find(({ uid, panel }) => uid === 'postel-endpoint' && panel === figure);
          const { rows } = (await ask(query as PanelQuery, shown(), sources)) as { rows: readonly Row[] };
          told.push(rows);
        }
        const stats = await fleet.api.endpointStats(traffic.endpoint.id);
        const [[created] = [], [deadLetters] = [], hours = []] = told;
        expect(Number(created?.['value'])).toBe(stats.totalDeliveries);
        expect(Number(deadLetters?.['value'])).toBe(stats.deadLetters);
        // an hour that began meanwhile is told by itself there
        if (hours.length > 1) return true;
        const offMs = (share: string, ms: number) => Math.abs(Number(hours[0]?.[share]) * 1_000 - ms);
        // which it rounds to tenths
        expect(offMs('p50', stats.p50ResponseTime)).toBeLessThan(0.06);
        expect(offMs('p95', stats.p95ResponseTime)).toBeLessThan(0.06);
        expect(offMs('p99', stats.p99ResponseTime)).toBeLessThan(0.06);
        return true;
      },
      { timeoutMs: 30_000 },
    );
  }, 60_000);
});

function valuesOf(answer: Answer): number[] {
  const values =
    answer.kind === 'series'
      ? answer.series.flatMap(({ points }) => points.map(([, value]) => value))
      : answer.rows.flatMap((row) => Object.values(row).map(Number));
  return values.filter((value) => Number.isFinite(value));
}

function variableQueries(): string[] {
  return dashboards
    .flatMap(({ templating }) => templating.list)
    .filter(({ type }) => type === 'query')
    .map(({ query }) => query ?? '');
}

/** With variables that are durations, so that it can be parsed. */
function promqlOf({ target }: PanelQuery): string {
  return target.expr === undefined
    ? '0'
    : withVariables(target.expr, { __rate_interval: '1m', __range: '1h' });
}

function nameOf({ uid, panel, target }: PanelQuery): string {
  return `${uid}: ${panel} (${target.refId})`;
}
