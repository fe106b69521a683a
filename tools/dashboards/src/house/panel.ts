import { type Builder, type Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type DashboardLink,
  type Threshold,
  type ThresholdsConfig,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { prometheus } from './sources.js';

/** Parts of addresses: a change breaks everybody’s links. */
export const addresses = {
  fleet: 'postel-fleet',
  delivery: 'postel-delivery',
  broker: 'postel-broker',
  endpoint: 'postel-endpoint',
} as const;

/** What every panel must say, so that it helps someone in a hurry. */
export interface About {
  readonly title: string;
  /** What it shows, what is good, and what to do otherwise. */
  readonly description: string;
  /** Of Grafana's, e.g. `s`, `ops`, `percentunit`. */
  readonly unit: string;
  /** Of 24. */
  readonly width: number;
  readonly height: number;
  /** The page of docs/how-to/runbooks that says what to do, without its ending. */
  readonly runbook?: string;
  /** The dashboard that says more. */
  readonly leadsTo?: keyof typeof addresses;
  /** From the smallest value on: which colour. Absent: no value is better than another. */
  readonly levels?: Levels;
}

export interface Levels {
  readonly good?: number;
  readonly warning?: number;
  readonly bad?: number;
}

/** What all builders of panels have. */
interface PanelBasics {
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  span(width: number): this;
  height(height: number): this;
  thresholds(thresholds: Builder<ThresholdsConfig>): this;
  links(links: Builder<DashboardLink>[]): this;
}

export function withBasics<P extends PanelBasics>(panel: P, about: About): P {
  const { title, unit, width, height, levels } = about;
  return panel
    .title(title)
    .description(descriptionOf(about))
    .unit(unit)
    .span(width)
    .height(height)
    .thresholds(thresholdsOf(levels))
    .links(linksOf(about));
}

/** The runbook in words too: it can be found where nobody has said where the docs are. */
function descriptionOf({ description, runbook }: About): string {
  return runbook === undefined ? description : `${description}\n\nRunbook: ${runbooks}/${runbook}.md`;
}

function linksOf({ runbook, leadsTo }: About): DashboardLinkBuilder[] {
  const links = leadsTo === undefined ? [] : [link('More', `/d/${addresses[leadsTo]}?\${__url_time_range}`)];
  return runbook === undefined ? links : [...links, runbookLink(runbook)];
}

/** A minimum of -∞ is `null`; the first step must have it. */
function thresholdsOf(levels: Levels | undefined): ThresholdsConfigBuilder {
  const colours = [
    ['good', 'green'],
    ['warning', 'orange'],
    ['bad', 'red'],
  ] as const;
  const steps = colours
    .flatMap(([name, color]) => (levels?.[name] === undefined ? [] : [{ value: levels[name], color }]))
    .sort((a, b) => a.value - b.value)
    .map(({ value, color }, index): Threshold => ({ value: index === 0 ? null : value, color }));
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(steps.length === 0 ? [{ value: null, color: 'text' }] : steps);
}

export const runbooks = 'docs/how-to/runbooks';

export function runbookLink(runbook: string): DashboardLinkBuilder {
  return link('What to do', `\${docs:raw}${runbooks}/${runbook}.md`).targetBlank(true);
}

function link(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url);
}

export interface Query {
  readonly expr: string;
  /** Of a series, with labels in double braces. */
  readonly legend: string;
}

const letters = 'ABCDEFGHIJ';

/** One after the other as A, B, …: over the time shown, or with `instant` only now. */
export function promQueries(
  queries: readonly Query[],
  kind: 'range' | 'instant' | 'heatmap',
): DataqueryBuilder[] {
  return queries.map(({ expr, legend }, index) => {
    const query = new DataqueryBuilder()
      .refId(letters.charAt(index))
      .datasource(prometheus)
      .expr(expr)
      .legendFormat(legend);
    if (kind === 'heatmap') return query.range().format(PromQueryFormat.Heatmap);
    return kind === 'range' ? query.range() : query.instant().format(PromQueryFormat.Table);
  });
}

export type AnyQuery = Builder<Dataquery>;
