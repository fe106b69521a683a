export { percentile, perSecond, ratio, summariseLatency, type LatencySummary } from './figures.js';
export { printReport } from './print-report.js';
export type { BenchReport } from './report.js';
