import { parse } from 'yaml';
import { readRepositoryFile } from '../repository.js';

export const rulesPath = 'deploy/prometheus/rules/postel.rules.yml';
export const casesDirectory = 'deploy/prometheus/tests';
export const runbooksDirectory = 'docs/how-to/runbooks';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface RuleFile {
  readonly alerts: readonly AlertRule[];
  readonly records: readonly RecordingRule[];
}

/** As much of it as is looked at here; promtool judges the rest. */
export function readRules(): RuleFile {
  const { groups } = parse(readRepositoryFile(rulesPath)) as {
    groups: { rules: (AlertRule | RecordingRule)[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  return {
    alerts: rules.filter((rule) => 'alert' in rule),
    records: rules.filter((rule) => 'record' in rule),
  };
}

/** A case of promtool: whether it expects an alert to fire. */
export interface RuleCase {
  readonly alert: string;
  readonly fires: boolean;
}

export function readCases(path: string): readonly RuleCase[] {
  const { tests } = parse(readRepositoryFile(path)) as {
    tests: {
      promql_expr_test?: { expr: string; exp_samples: unknown[] }[];
      alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[];
    }[];
  };
  return tests.flatMap(({ promql_expr_test: asked = [], alert_rule_test: told = [] }) => [
    ...asked.map(({ expr, exp_samples }) => ({
      alert: /alertname="(\w+)"/.exec(expr)?.[1] ?? '',
      fires: exp_samples.length > 0,
    })),
    ...told.map(({ alertname, exp_alerts }) => ({ alert: alertname, fires: exp_alerts.length > 0 })),
  ]);
}

/** `PostelServiceDown` is about `docs/how-to/runbooks/service-down.md`. */
export function runbookOf(alert: string): string {
  const words = alert.replace(/^Postel/, '').replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`);
  return `${runbooksDirectory}/${words.toLowerCase()}.md`;
}

export interface NamedSeries {
  readonly name: string;
  /** That its matchers name. */
  readonly labels: readonly string[];
}

/** What an expression asks for of ours. */
export function seriesOf(expr: string): readonly NamedSeries[] {
  return [...expr.matchAll(/\b(postel[_:][\w:]+)(?:\{([^}]*)\})?/g)].map(([, name = '', matchers = '']) => ({
    name,
    labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label = '']) => label),
  }));
}
