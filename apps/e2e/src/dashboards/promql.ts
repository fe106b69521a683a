import { parser } from '@prometheus-io/lezer-promql';

/** One choice of series in an expression. */
export interface Selector {
  readonly metric: string;
  /** As it stands there, with its labels. */
  readonly text: string;
}

/** By Prometheus’s own grammar. @throws for what is no PromQL */
export function selectorsOf(expr: string): Selector[] {
  const selectors: Selector[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to, type, node }) => {
      if (type.isError) throw new Error(`No PromQL at ${from}: ${expr}`);
      if (name !== 'VectorSelector') return;
      const metric = node.getChild('Identifier');
      if (!metric) throw new Error(`A selector without a name: ${expr.slice(from, to)}`);
      selectors.push({ metric: expr.slice(metric.from, metric.to), text: expr.slice(from, to) });
    },
  });
  return selectors;
}
