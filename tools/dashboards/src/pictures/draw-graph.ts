import { type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';
import { colourOf, thresholdColour, thresholdsOf } from './colours.js';
import { type Line, type Point } from './recording.js';
import { colours, element, fitted, text, widthOf } from './svg.js';
import { inUnit } from './units.js';

/** Where on the panel, and of which time. */
export interface Place {
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Scales {
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
}

interface Band {
  readonly name: string;
  readonly points: readonly (Point & { readonly from: number })[];
}

const left = 52;
const legendHeight = 30;
const axisHeight = 16;

export function drawGraph(panel: Panel, lines: readonly Line[], place: Place): string {
  const custom = panel.fieldConfig?.defaults.custom as { stacking?: { mode?: string }; drawStyle?: string };
  const bands = custom.stacking?.mode === 'normal' ? stacked(lines) : lines.map(unstacked);
  const unit = panel.fieldConfig?.defaults.unit ?? 'none';
  const bottom = place.height - legendHeight - axisHeight;
  const most = Math.max(0, ...bands.flatMap(({ points }) => points.map(({ from, value }) => from + value)));
  const yScale = scaleLinear()
    .domain([0, most === 0 ? 1 : most])
    .nice(4)
    .range([bottom, 6]);
  const xScale = scaleUtc()
    .domain([place.fromMs, place.toMs])
    .range([left, place.width - 10]);
  const scales: Scales = { x: (atMs) => xScale(atMs), y: (value) => yScale(value) };
  return [
    ...yScale.ticks(4).map((value) => horizontal(value, inUnit(value, unit), scales, place)),
    ...xScale.ticks(5).map((at) =>
      text(scales.x(at.getTime()), bottom + 13, clock(at), {
        size: 9,
        fill: colours.faint,
        anchor: 'middle',
      }),
    ),
    ...thresholdLines(panel, yScale.domain()[1] ?? 1, scales, place),
    ...bands.map((band, index) => drawBand(panel, band, index, scales, custom.drawStyle === 'bars')),
    legend(panel, lines, place),
  ].join('');
}

function unstacked({ name, points }: Line): Band {
  return { name, points: points.map((point) => ({ ...point, from: 0 })) };
}

/** Each on the sum of those before it. */
function stacked(lines: readonly Line[]): Band[] {
  const sums = new Map<number, number>();
  return lines.map(({ name, points }) => ({
    name,
    points: points.map((point) => {
      const from = sums.get(point.atMs) ?? 0;
      sums.set(point.atMs, from + point.value);
      return { ...point, from };
    }),
  }));
}

function drawBand(panel: Panel, band: Band, index: number, { x, y }: Scales, areBars: boolean): string {
  const colour = colourOf(panel, band.name, index);
  if (areBars)
    return band.points
      .filter(({ value }) => value > 0)
      .map(({ atMs, from, value }) => {
        const top = y(from + value);
        return element('rect', { x: x(atMs) - 5, y: top, width: 10, height: y(from) - top, fill: colour });
      })
      .join('');
  type Drawn = Band['points'][number];
  const filled = area<Drawn>(
    (point) => x(point.atMs),
    (point) => y(point.from),
    (point) => y(point.from + point.value),
  );
  const drawn = line<Drawn>(
    (point) => x(point.atMs),
    (point) => y(point.from + point.value),
  ).digits(1);
  const d = drawn(band.points) ?? '';
  const isStack = band.points.some(({ from }) => from > 0) || index === 0;
  const opacity =
    isStack && (panel.fieldConfig?.defaults.custom as { fillOpacity: number }).fillOpacity > 20 ? 0.35 : 0.05;
  return (
    element('path', {
      d: filled.digits(1)(band.points) ?? '',
      fill: colour,
      'fill-opacity': opacity.toString(),
    }) +
    element('path', { d, fill: 'none', stroke: colour, 'stroke-width': 1.4 }) +
    (band.points.length < 12
      ? band.points
          .map((p) => element('circle', { cx: x(p.atMs), cy: y(p.from + p.value), r: 2, fill: colour }))
          .join('')
      : '')
  );
}

function horizontal(value: number, label: string, { y }: Scales, { width }: Place): string {
  return (
    element('line', { x1: left, x2: width - 10, y1: y(value), y2: y(value), stroke: colours.grid }) +
    text(left - 6, y(value) + 3, label, { size: 9, fill: colours.faint, anchor: 'end' })
  );
}

function thresholdLines(panel: Panel, most: number, { y }: Scales, { width }: Place): string[] {
  return thresholdsOf(panel).flatMap((step) =>
    step.value === null || step.value > most
      ? []
      : [
          element('line', {
            x1: left,
            x2: width - 10,
            y1: y(step.value),
            y2: y(step.value),
            stroke: thresholdColour(step),
            'stroke-dasharray': '4 3',
          }),
        ],
  );
}

/** Two lines of it; what does not fit is counted. */
function legend(panel: Panel, lines: readonly Line[], { width, height }: Place): string {
  const unit = panel.fieldConfig?.defaults.unit ?? 'none';
  const size = 9;
  let x = 8;
  let row = 0;
  const drawn: string[] = [];
  for (const [index, { name, points }] of lines.entries()) {
    const last = points.at(-1);
    const label = fitted(`${name}  ${last ? inUnit(last.value, unit) : ''}`, width - 40, size);
    const room = widthOf(label, size) + 18;
    if (x + room > width - 40 && x > 8) [x, row] = [8, row + 1];
    if (row > 1) {
      drawn.push(
        text(width - 8, height - 4, `and ${lines.length - index} more`, {
          size,
          fill: colours.faint,
          anchor: 'end',
        }),
      );
      break;
    }
    const y = height - legendHeight + 12 + row * 13;
    drawn.push(element('rect', { x, y: y - 6, width: 8, height: 4, fill: colourOf(panel, name, index) }));
    drawn.push(text(x + 11, y, label, { size }));
    x += room;
  }
  return drawn.join('');
}

function clock(at: Date): string {
  return at.toISOString().slice(11, at.getUTCSeconds() === 0 ? 16 : 19);
}
