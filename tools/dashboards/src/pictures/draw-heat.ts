import { scaleUtc } from 'd3-scale';
import { type Place } from './draw-graph.js';
import { type Line } from './recording.js';
import { colours, element, text } from './svg.js';
import { inUnit } from './units.js';

const left = 52;
const bottomHeight = 18;

/** @param lines one a bucket, named by its upper bound, each holding all of the buckets below it */
export function drawHeat(lines: readonly Line[], { width, height, fromMs, toMs }: Place): string {
  const buckets = [...lines].sort((a, b) => bound(a) - bound(b));
  const own = buckets.map(({ name, points }, index) => {
    const below = new Map(buckets[index - 1]?.points.map(({ atMs, value }) => [atMs, value]));
    return {
      name,
      points: points.map(({ atMs, value }) => ({ atMs, value: value - (below.get(atMs) ?? 0) })),
    };
  });
  const used = own.filter(({ points }) => points.some(({ value }) => value > 0.01));
  const most = Math.max(1, ...used.flatMap(({ points }) => points.map(({ value }) => value)));
  const x = scaleUtc()
    .domain([fromMs, toMs])
    .range([left, width - 10]);
  const rowHeight = (height - bottomHeight - 6) / Math.max(1, used.length);
  const cells = used.flatMap(({ name, points }, index) => {
    const y = height - bottomHeight - (index + 1) * rowHeight;
    const stepMs = points.length > 1 ? (points[1]?.atMs ?? 0) - (points[0]?.atMs ?? 0) : toMs - fromMs;
    const cellWidth = x(fromMs + stepMs) - x(fromMs) + 0.5;
    const label = name === '+Inf' ? 'more' : `≤ ${inUnit(Number(name), 's')}`;
    return [
      text(left - 6, y + rowHeight / 2 + 3, label, { size: 9, fill: colours.faint, anchor: 'end' }),
      ...points
        .filter(({ value }) => value > 0.01)
        .map(({ atMs, value }) =>
          element('rect', {
            x: x(atMs) - cellWidth,
            y,
            width: cellWidth,
            height: rowHeight - 1,
            fill: '#0b5394',
            'fill-opacity': (0.12 + 0.88 * Math.sqrt(value / most)).toFixed(2),
          }),
        ),
    ];
  });
  const times = x.ticks(5).map((at) =>
    text(x(at), height - 5, at.toISOString().slice(11, 16), {
      size: 9,
      fill: colours.faint,
      anchor: 'middle',
    }),
  );
  return [...cells, ...times].join('');
}

function bound({ name }: Line): number {
  return name === '+Inf' ? Infinity : Number(name);
}
