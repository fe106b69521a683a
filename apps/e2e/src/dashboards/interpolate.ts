/** The time shown. */
export interface Shown {
  readonly fromMs: number;
  readonly toMs: number;
}

type Values = Readonly<Record<string, string>>;

const formats: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  sqlstring: (value) => `'${value.replaceAll("'", "''")}'`,
};

/**
 * The variables of a dashboard, as Grafana puts them into a query: `$name`, `${name}`, `${name:format}`.
 * @throws for a name or a format that is not known: Grafana would send it as it stands
 */
export function withVariables(query: string, values: Values): string {
  return query.replace(/\$\{(\w+)(?::(\w+))?\}|\$(?!__time)(\w+)/g, (whole, braced, format, bare) => {
    const name = String(braced ?? bare);
    const value = values[name];
    const shown = formats[String(format ?? 'raw')];
    if (value === undefined || !shown) throw new Error(`Grafana does not know ${whole}`);
    return shown(value);
  });
}

/** The macros of its PostgreSQL data source, so far as they are used here. @throws for any other */
export function withMacros(sql: string, { fromMs, toMs }: Shown): string {
  const from = `'${new Date(fromMs).toISOString()}'`;
  const to = `'${new Date(toMs).toISOString()}'`;
  const told = sql
    .replaceAll('$__timeFrom()', from)
    .replaceAll('$__timeTo()', to)
    .replace(/\$__timeFilter\(([\w.]+)\)/g, (_, column) => `${String(column)} BETWEEN ${from} AND ${to}`);
  const left = /\$__\w+/.exec(told);
  if (left) throw new Error(`Grafana’s macro ${left[0]} is not known here`);
  return told;
}

/** Its own variables in PromQL. @param stepMs between two points; @param scrapeMs between two scrapes */
export function promVariables({ fromMs, toMs }: Shown, stepMs: number, scrapeMs: number): Values {
  return {
    __interval: `${stepMs}ms`,
    __range: `${Math.ceil((toMs - fromMs) / 1_000)}s`,
    // long enough for four scrapes, so that one may be lost
    __rate_interval: `${Math.max(stepMs + scrapeMs, 4 * scrapeMs)}ms`,
  };
}
