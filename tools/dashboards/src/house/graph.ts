import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { promQueries, withBasics, type About, type AnyQuery, type Query } from './panel.js';
import { postgres, prometheus } from './sources.js';

export interface GraphOptions {
  /** The sum matters as much as its parts. */
  readonly isStacked?: boolean;
  readonly areBars?: boolean;
  readonly max?: number;
  /** Series of this name, always in this colour: red is what is bad. */
  readonly colours?: Readonly<Record<string, string>>;
}

export function graph(about: About, queries: readonly Query[], options: GraphOptions = {}): PanelBuilder {
  return drawn(about, options).datasource(prometheus).targets(promQueries(queries, 'range'));
}

export function sqlGraph(about: About, query: AnyQuery, options: GraphOptions = {}): PanelBuilder {
  return drawn(about, options).datasource(postgres).targets([query]);
}

function drawn(about: About, { isStacked = false, areBars = false, max, colours = {} }: GraphOptions) {
  const panel = withBasics(new PanelBuilder(), about)
    .min(0)
    .drawStyle(areBars ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineWidth(areBars ? 0 : 1)
    .fillOpacity(areBars ? 80 : isStacked ? 30 : 8)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .legend(legend)
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        about.levels === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed,
      ),
    );
  if (max !== undefined) panel.max(max);
  for (const [name, fixedColor] of Object.entries(colours))
    panel.overrideByName(name, [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } }]);
  return panel;
}

const legend = new VizLegendOptionsBuilder()
  .showLegend(true)
  .displayMode(LegendDisplayMode.List)
  .placement(LegendPlacement.Bottom)
  .calcs(['lastNotNull', 'max']);
