import { type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { area } from 'd3-shape';
import { levelColour } from './colours.js';
import { type Place } from './draw-graph.js';
import { type Line, type Point } from './recording.js';
import { colours, element, text } from './svg.js';
import { inUnit } from './units.js';

/** The last value, large, and its course below. */
export function drawFigure(panel: Panel, lines: readonly Line[], place: Place): string {
  const points = lines[0]?.points ?? [];
  const last = points.at(-1);
  const middle = place.width / 2;
  if (!last)
    return text(middle, place.height / 2, 'no data', { size: 14, fill: colours.faint, anchor: 'middle' });
  const colour = levelColour(panel, last.value);
  const size = place.height > 150 ? 28 : 24;
  return (
    sparkline(points, place, colour) +
    text(middle, place.height / 2 + 4, shown(panel, last.value), {
      size,
      fill: colour,
      anchor: 'middle',
      weight: 600,
    })
  );
}

function shown(panel: Panel, value: number): string {
  const mappings = (panel.fieldConfig?.defaults.mappings ?? []) as {
    options: Record<string, { text?: string }>;
  }[];
  const words = mappings
    .map(({ options }) => options[String(value)]?.text)
    .find((word) => word !== undefined);
  return words ?? inUnit(value, panel.fieldConfig?.defaults.unit ?? 'none');
}

function sparkline(points: readonly Point[], { width, height, fromMs, toMs }: Place, colour: string): string {
  if (points.length < 2) return '';
  const most = Math.max(...points.map(({ value }) => value)) || 1;
  const x = (atMs: number) => ((atMs - fromMs) / (toMs - fromMs)) * width;
  const y = (value: number) => height - 1 - (value / most) * (height / 3);
  const drawn = area<Point>(
    (point) => x(point.atMs),
    () => height - 1,
    (point) => y(point.value),
  ).digits(1);
  return element('path', { d: drawn(points) ?? '', fill: colour, 'fill-opacity': '0.15' });
}
