import {
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { promQueries, withBasics, type About, type AnyQuery, type Query } from './panel.js';
import { postgres, prometheus } from './sources.js';

export interface FigureOptions {
  readonly decimals?: number;
  /** What is written for a value instead of it. */
  readonly words?: Readonly<Record<string, string>>;
}

/** One number, coloured by its levels, with its course behind it. */
export function figure(about: About, query: Query, options: FigureOptions = {}): PanelBuilder {
  return shown(about, options)
    .graphMode(BigValueGraphMode.Area)
    .datasource(prometheus)
    .targets(promQueries([query], 'range'));
}

export function sqlFigure(about: About, query: AnyQuery, options: FigureOptions = {}): PanelBuilder {
  return shown(about, options).graphMode(BigValueGraphMode.None).datasource(postgres).targets([query]);
}

function shown(about: About, { decimals, words }: FigureOptions): PanelBuilder {
  const panel = withBasics(new PanelBuilder(), about)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
  if (decimals !== undefined) panel.decimals(decimals);
  if (words)
    panel.mappings([
      {
        type: MappingType.ValueToText,
        options: Object.fromEntries(Object.entries(words).map(([value, text]) => [value, { text }])),
      },
    ]);
  return panel;
}
