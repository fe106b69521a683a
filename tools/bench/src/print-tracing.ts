import { count, goalLines, line, micros } from './report-lines.js';
import type { Tracing } from './tracing-report.js';

export function printTracing({ offNanos, goals, runs, exportedBytes }: Tracing): string[] {
  const name = Math.max(...runs.map(({ what }) => what.length));
  return [
    ...runs.map(({ what, deliveriesPerSecond, microsPerDelivery, rateRatio, cpuRatio }, index) =>
      line(
        index === 0 ? 'traces, end to end' : '',
        `${what.padEnd(name)}  ${count(deliveriesPerSecond)} deliveries/s (${rateRatio.toFixed(2)}), ${micros(microsPerDelivery)} CPU each (${cpuRatio.toFixed(2)})`,
      ),
    ),
    line('', `${count(exportedBytes / 1_024)} KiB were exported`),
    line('', `off: ${count(offNanos)} ns a delivery, to ask at each place whether there are any`),
    ...goalLines(goals),
  ];
}
