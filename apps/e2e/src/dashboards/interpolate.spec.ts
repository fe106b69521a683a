import { describe, expect, it } from '@jest/globals';
import { promVariables, withMacros, withVariables } from './interpolate.js';
import { selectorsOf } from './promql.js';

const shown = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 0, 2) };

describe('what Grafana puts into a query', () => {
  it('is the variables, in the format that is asked for', () => {
    const values = { tenant: "o'neill", __rate_interval: '1m' };
    expect(withVariables('a = ${tenant:sqlstring}', values)).toBe("a = 'o''neill'");
    expect(withVariables('rate(x[$__rate_interval]) ${tenant} $tenant', values)).toBe(
      "rate(x[1m]) o'neill o'neill",
    );
    expect(() => withVariables('${unknown}', values)).toThrow('${unknown}');
    expect(() => withVariables('${tenant:bare}', values)).toThrow('${tenant:bare}');
  });

  it('is the macros of PostgreSQL, and no macro is left over', () => {
    const [from, to] = ["'2026-01-01T00:00:00.000Z'", "'2026-01-02T00:00:00.000Z'"];
    expect(withVariables('$__timeFrom()', {})).toBe('$__timeFrom()');
    expect(withMacros('x > $__timeFrom() AND x < $__timeTo()', shown)).toBe(`x > ${from} AND x < ${to}`);
    expect(withMacros('$__timeFilter(a.at)', shown)).toBe(`a.at BETWEEN ${from} AND ${to}`);
    expect(() => withMacros('$__timeGroup(at, 1m)', shown)).toThrow('$__timeGroup');
  });

  it('is a time of rates that holds four scrapes', () => {
    expect(promVariables(shown, 1_000, 15_000)['__rate_interval']).toBe('60000ms');
    expect(promVariables(shown, 300_000, 15_000)['__rate_interval']).toBe('315000ms');
  });
});

describe('the selectors of an expression', () => {
  it('are all found, with their labels', () => {
    const expr =
      'sum by (job) (rate(a_total{job="x"}[1m])) / on (job) max_over_time(b[5m]) > 2 * c{d=~"e|f"}';
    expect(selectorsOf(expr)).toEqual([
      { metric: 'a_total', text: 'a_total{job="x"}' },
      { metric: 'b', text: 'b' },
      { metric: 'c', text: 'c{d=~"e|f"}' },
    ]);
  });

  it('are of PromQL alone', () => {
    expect(() => selectorsOf('sum by (')).toThrow('No PromQL');
    expect(() => selectorsOf('rate(a[1m)')).toThrow('No PromQL');
  });
});
