/** PromQL that several dashboards share. Labels are bounded: no tenant's and no endpoint's id is ever among them. */

/** A second, over the shortest time that Prometheus can tell a rate of. */
export function perSecond(counter: string, ...by: readonly string[]): string {
  return `sum${by.length === 0 ? '' : ` by (${by.join(', ')})`} (rate(${counter}[$__rate_interval]))`;
}

/** A counter begins with its first event: before that there is none of it, and not nothing. */
export function orZero(expr: string): string {
  return `(${expr}) or vector(0)`;
}

export function quantile(share: number, histogram: string): string {
  return `histogram_quantile(${share}, sum by (le) (rate(${histogram}_bucket[$__rate_interval])))`;
}

/** Every process of metrics asks the broker and the tables the same, so that of them any is right. */
export function told(gauge: string, ...by: readonly string[]): string {
  return `max${by.length === 0 ? '' : ` by (${by.join(', ')})`} (${gauge})`;
}

/** Of Postel's processes, where a Prometheus scrapes others too. */
export function ofPostel(perProcess: string): string {
  return `${perProcess} and on (job, instance) postel_build_info`;
}

export const succeeded = orZero(perSecond('postel_deliveries_total{outcome="succeeded"}'));
const died = orZero(perSecond('postel_deliveries_total{outcome="died"}'));

/** Of the deliveries that ended; nothing where none did. */
export const successShare = `${perSecond('postel_deliveries_total{outcome="succeeded"}')} / (${perSecond('postel_deliveries_total{outcome="succeeded"}')} + (${died}))`;

export const quantilesOf = (histogram: string) =>
  [
    { share: 0.5, legend: 'p50' },
    { share: 0.95, legend: 'p95' },
    { share: 0.99, legend: 'p99' },
  ].map(({ share, legend }) => ({ expr: quantile(share, histogram), legend }));
