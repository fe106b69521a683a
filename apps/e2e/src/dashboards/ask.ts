import type pg from 'pg';
import type { PanelQuery } from './dashboard.js';
import { promVariables, withMacros, withVariables, type Shown } from './interpolate.js';

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Unix seconds and value. */
  readonly points: readonly (readonly [number, number])[];
}

export type Answer =
  | { readonly kind: 'series'; readonly series: readonly Series[] }
  | { readonly kind: 'rows'; readonly rows: readonly Readonly<Record<string, unknown>>[] };

export interface Sources {
  readonly prometheusUrl: string;
  readonly scrapeMs: number;
  /** As the user of Grafana. */
  readonly sql: pg.Pool;
  /** What is chosen on the dashboard. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What a panel would show. @throws with the data source’s own words */
export async function ask({ target }: PanelQuery, shown: Shown, sources: Sources): Promise<Answer> {
  if (target.expr !== undefined) {
    const stepMs = Math.max(sources.scrapeMs, Math.ceil((shown.toMs - shown.fromMs) / 200 / 1_000) * 1_000);
    const variables = { ...sources.variables, ...promVariables(shown, stepMs, sources.scrapeMs) };
    const expr = withVariables(target.expr, variables);
    const series = target.instant
      ? await askInstant(sources.prometheusUrl, expr, shown.toMs)
      : await askRange(sources.prometheusUrl, expr, shown, stepMs);
    return { kind: 'series', series };
  }
  const sql = withMacros(withVariables(target.rawSql ?? '', sources.variables), shown);
  const { rows } = await sources.sql.query<Record<string, unknown>>(sql);
  return { kind: 'rows', rows };
}

/** Nothing to be seen: no series, or none that has a number; no row, or only rows of nothing. */
export function isEmpty(answer: Answer): boolean {
  return answer.kind === 'series'
    ? !answer.series.some(({ points }) => points.some(([, value]) => Number.isFinite(value)))
    : !answer.rows.some((row) =>
        Object.entries(row).some(([name, value]) => name !== 'time' && value !== null),
      );
}

interface PrometheusAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly value?: [number, string];
      readonly values?: [number, string][];
    }[];
  };
}

export function askInstant(prometheusUrl: string, expr: string, atMs: number): Promise<readonly Series[]> {
  return get(`${prometheusUrl}/api/v1/query`, { query: expr, time: seconds(atMs) });
}

function askRange(prometheusUrl: string, expr: string, { fromMs, toMs }: Shown, stepMs: number) {
  const range = { start: seconds(fromMs), end: seconds(toMs), step: String(stepMs / 1_000) };
  return get(`${prometheusUrl}/api/v1/query_range`, { query: expr, ...range });
}

async function get(url: string, query: Record<string, string>): Promise<readonly Series[]> {
  const response = await fetch(`${url}?${new URLSearchParams(query).toString()}`, {
    signal: AbortSignal.timeout(15_000),
  });
  const { status, error, data } = (await response.json()) as PrometheusAnswer;
  if (status !== 'success' || !data) throw new Error(`Prometheus: ${error ?? response.status}`);
  return data.result.map(({ metric, value, values }) => ({
    labels: metric,
    points: (values ?? (value ? [value] : [])).map(([at, text]) => [at, Number(text)] as const),
  }));
}

function seconds(ms: number): string {
  return String(ms / 1_000);
}
