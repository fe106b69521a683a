/** What apps/e2e/src/dashboards/record.ts wrote: the answers to every query of every panel. */
export interface Recording {
  readonly fromMs: number;
  readonly toMs: number;
  readonly answers: readonly RecordedAnswer[];
}

export interface RecordedAnswer {
  readonly uid: string;
  readonly panelId: number;
  readonly refId: string;
  readonly answer:
    | { readonly kind: 'series'; readonly series: readonly Series[] }
    | { readonly kind: 'rows'; readonly rows: readonly Row[] };
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Unix seconds and value; `null` where it is no number. */
  readonly points: readonly (readonly [number, number | null])[];
}

export type Row = Readonly<Record<string, unknown>>;

/** A line of a graph, with its name and the numbers that it has. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** As the legend of its query says. */
export function lineOf({ labels, points }: Series, legend: string): Line {
  return {
    name: legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? ''),
    points: points.flatMap(([at, value]) => (value === null ? [] : [{ atMs: at * 1_000, value }])),
  };
}

/** Each column beside `time` is a line. */
export function linesOfRows(rows: readonly Row[]): Line[] {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'time');
  return names.map((name) => ({
    name,
    points: rows.flatMap((row) =>
      row[name] === null ? [] : [{ atMs: Date.parse(String(row['time'])), value: Number(row[name]) }],
    ),
  }));
}
