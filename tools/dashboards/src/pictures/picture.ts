import { type Dashboard, type GridPos, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { drawFigure } from './draw-figure.js';
import { drawGraph, type Place } from './draw-graph.js';
import { drawHeat } from './draw-heat.js';
import { drawList, joinedRows } from './draw-list.js';
import { lineOf, linesOfRows, type Line, type Recording, type Row, type Series } from './recording.js';
import { colours, element, escaped, fitted, text } from './svg.js';

const cellWidth = 54;
const cellHeight = 27;
const gap = 6;
const headHeight = 44;
const titleHeight = 20;

/** A whole dashboard as an SVG of what was recorded, laid out as Grafana would. */
export function pictureOf(dashboard: Dashboard, recording: Recording): string {
  const panels = (dashboard.panels ?? []) as Panel[];
  const bottom = Math.max(...panels.map(({ gridPos }) => (gridPos as GridPos).y + (gridPos as GridPos).h));
  const width = 24 * cellWidth + 2 * gap;
  const height = headHeight + bottom * cellHeight + gap;
  const answers = recording.answers.filter(({ uid }) => uid === dashboard.uid);
  const body = panels.map((panel) => {
    const { x, y, w, h } = panel.gridPos as GridPos;
    const transform = `translate(${gap + x * cellWidth},${headHeight + y * cellHeight})`;
    // in full, also where the heading has to be cut
    const name = element('title', {}, escaped(panel.title ?? ''));
    if (panel.type === 'row')
      return element('g', { transform }, name + text(4, 19, panel.title ?? '', { size: 13, weight: 600 }));
    const size = { width: w * cellWidth - gap, height: h * cellHeight - gap };
    const place = {
      ...size,
      height: size.height - titleHeight,
      fromMs: recording.fromMs,
      toMs: recording.toMs,
    };
    const own = answers.filter(({ panelId }) => panelId === panel.id);
    return element(
      'g',
      { transform },
      name +
        framed(panel, size) +
        element('g', { transform: `translate(0,${titleHeight})` }, drawn(panel, own, place)),
    );
  });
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    'font-family': 'Inter, Helvetica, Arial, sans-serif',
  };
  const head =
    text(gap + 4, 28, dashboard.title ?? '', { size: 18, weight: 600 }) +
    text(width - gap - 4, 28, timeOf(recording), { size: 11, fill: colours.faint, anchor: 'end' });
  return `${element('svg', attributes, element('rect', { width, height, fill: colours.page }) + head + body.join('\n'))}\n`;
}

function framed({ title = '' }: Panel, { width, height }: { width: number; height: number }): string {
  return (
    element('rect', { width, height, rx: 3, fill: colours.panel, stroke: colours.border }) +
    text(8, 15, fitted(title, width - 12, 11), { size: 11, weight: 600 })
  );
}

function drawn(panel: Panel, answers: Recording['answers'], place: Place): string {
  switch (panel.type) {
    case 'stat':
      return drawFigure(panel, linesFor(panel, answers), place);
    case 'timeseries':
      return drawGraph(panel, linesFor(panel, answers), withTimeOf(panel, place));
    case 'heatmap':
      return drawHeat(linesFor(panel, answers), place);
    case 'table':
      return drawList(panel, rowsFor(panel, answers), place);
    default:
      throw new Error(`Nobody has said how to draw a ${panel.type}`);
  }
}

/** Hours and minutes are told by their beginning, which may be before the recording’s. */
function withTimeOf(panel: Panel, place: Place): Place {
  const isOfTables = panel.datasource?.uid === '${postgres}';
  return isOfTables
    ? { ...place, fromMs: place.toMs - (panel.timeFrom === '2h' ? 900_000 : 4 * 3_600_000) }
    : place;
}

function linesFor(panel: Panel, answers: Recording['answers']): Line[] {
  return answers.flatMap(({ refId, answer }) => {
    if (answer.kind === 'series') {
      const target = panel.targets?.find((each) => (each as { refId?: string }).refId === refId);
      return answer.series.map((series) =>
        lineOf(series, (target as { legendFormat?: string } | undefined)?.legendFormat ?? ''),
      );
    }
    if (panel.type === 'timeseries') return linesOfRows(answer.rows);
    const value = Object.values(answer.rows[0] ?? {})[0];
    return value === null || value === undefined
      ? []
      : [{ name: 'value', points: [{ atMs: 0, value: Number(value) }] }];
  });
}

function rowsFor(panel: Panel, answers: Recording['answers']): readonly Row[] {
  const series = new Map<string, readonly Series[]>();
  for (const { refId, answer } of answers) {
    if (answer.kind === 'rows') return answer.rows;
    series.set(refId, answer.series);
  }
  return joinedRows(panel, series);
}

function timeOf({ fromMs, toMs }: Recording): string {
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  return `${at(fromMs)} to ${at(toMs).slice(11)} UTC`;
}
