import { PanelBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { promQueries, withBasics, type About, type Query } from './panel.js';
import { prometheus } from './sources.js';

/** How many observations fell into which bucket of a histogram, over time. */
export function heat(about: About, query: Query): PanelBuilder {
  return withBasics(new PanelBuilder(), { ...about, unit: 'short' })
    .datasource(prometheus)
    .calculate(false)
    .targets(promQueries([query], 'heatmap'));
}
