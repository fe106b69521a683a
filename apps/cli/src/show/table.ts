import Table from 'cli-table3';
import { printable } from '../terminal/printable.js';
import type { Paint, Style } from '../terminal/terminal.js';

export interface Column<Row> {
  readonly head: string;
  readonly of: (row: Row) => string;
  readonly style?: (row: Row) => Style | null;
  /** May be cut off where the terminal is too narrow: ids never are, for they are copied. */
  readonly flexible?: boolean;
}

export interface Layout {
  readonly columns: number | null;
  readonly paint: Paint;
  /** Pages after the first have none. */
  readonly head: boolean;
}

const between = '  ';
const narrowest = 8;
const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((at) => [`${side}${at}`, '']),
  ),
);

/** Rows as lines that fit the terminal; elsewhere nothing is cut off. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  layout: Layout,
): string[] {
  const texts = rows.map((row) => columns.map((column) => printable(column.of(row))));
  const heads = columns.map(({ head }) => head);
  const natural = columns.map((_, index) =>
    Math.max(...[heads, ...texts].map((cells) => [...(cells[index] ?? '')].length)),
  );
  const widths = layout.columns === null ? null : fitted(natural, columns, layout.columns);
  const table = new Table({
    chars: { ...noLines, middle: between },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    ...(layout.head ? { head: heads.map((head) => layout.paint('dim', head)) } : {}),
    ...(widths === null ? {} : { colWidths: widths }),
  });
  rows.forEach((row, index) =>
    table.push(
      columns.map((column, at) => {
        const style = column.style?.(row) ?? null;
        const text = texts[index]?.[at] ?? '';
        return style === null ? text : layout.paint(style, text);
      }),
    ),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Takes what is too much from the widest of the flexible columns, again and again. */
export function fitted(
  natural: readonly number[],
  columns: readonly { readonly flexible?: boolean }[],
  available: number,
): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, width) => sum + width, between.length * (widths.length - 1));
  while (total() > available) {
    const widest = widths.reduce<number | null>((best, width, index) => {
      if (!columns[index]?.flexible || width <= narrowest) return best;
      return best === null || width > (widths[best] ?? 0) ? index : best;
    }, null);
    if (widest === null) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
