import { type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Place } from './draw-graph.js';
import { type Row, type Series } from './recording.js';
import { colours, element, fitted, text } from './svg.js';
import { inUnit } from './units.js';

const rowHeight = 17;
const size = 10;

/** As many rows as there is room for. */
export function drawList(panel: Panel, rows: readonly Row[], { width, height }: Place): string {
  if (rows.length === 0)
    return text(width / 2, height / 2, 'none', { size: 14, fill: colours.faint, anchor: 'middle' });
  const names = Object.keys(rows[0] ?? {});
  const cells = rows
    .slice(0, Math.floor((height - 24) / rowHeight))
    .map((row) => names.map((name) => cell(panel, name, row[name])));
  const widths = names.map((name, column) =>
    Math.min(44, Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0))),
  );
  const total = widths.reduce((sum, each) => sum + each + 2, 0);
  const starts = widths.map(
    (_, column) =>
      8 + (width - 16) * (widths.slice(0, column).reduce((sum, each) => sum + each + 2, 0) / total),
  );
  const line = (values: readonly string[], y: number, weight: number | undefined) =>
    values
      .map((value, column) => {
        const start = starts[column] ?? 0;
        const room = (starts[column + 1] ?? width - 4) - start - 4;
        return text(start, y, fitted(value, room, size), {
          size,
          ...(weight === undefined ? {} : { weight }),
        });
      })
      .join('');
  return [
    line(names, 12, 600),
    ...cells.flatMap((values, index) => {
      const y = 30 + index * rowHeight;
      return [
        element('line', { x1: 6, x2: width - 6, y1: y - 13, y2: y - 13, stroke: colours.grid }),
        line(values, y, undefined),
      ];
    }),
  ].join('');
}

/** One row for each set of labels, one column a query, as the transformations of the panel join them. */
export function joinedRows(panel: Panel, answers: ReadonlyMap<string, readonly Series[]>): Row[] {
  const organize = panel.transformations?.find(({ id }) => id === 'organize')?.options as {
    renameByName: Record<string, string>;
  };
  const columns = [...answers.keys()].map((refId) => organize.renameByName[`Value #${refId}`] ?? refId);
  const rows = new Map<string, Record<string, unknown>>();
  for (const [index, series] of [...answers.values()].entries())
    for (const { labels, points } of series) {
      const key = JSON.stringify(labels);
      const row = rows.get(key) ?? { ...labels, ...Object.fromEntries(columns.map((name) => [name, null])) };
      row[columns[index] as string] = points.at(-1)?.[1] ?? null;
      rows.set(key, row);
    }
  return [...rows.values()];
}

function cell(panel: Panel, name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  const unit = panel.fieldConfig?.overrides
    ?.find(({ matcher }) => matcher.options === name)
    ?.properties.find(({ id }) => id === 'unit');
  if (unit !== undefined) return inUnit(Number(value), String(unit.value));
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return /^\d{4}-\d\d-\d\dT/.test(written) ? written.slice(0, 19).replace('T', ' ') : written;
}
