import { readFileSync } from 'node:fs';
import { parseOptions, usage } from './options.js';
import { printReport } from './print-report.js';
import { printProfile } from './profile/print-profile.js';
import type { CpuProfile } from './profile/summarise-profile.js';
import { runBench } from './run-bench.js';

const options = parseOptions(process.argv.slice(2));
if (options === null) {
  process.stdout.write(`${usage}\n`);
} else if ('fault' in options) {
  process.stderr.write(`${options.fault}\n\n${usage}\n`);
  process.exitCode = 2;
} else {
  const stopped = new AbortController();
  // what is under way is left, and everything is stopped
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopped.abort());
  const startedMs = Date.now();
  const say = (line: string) =>
    process.stderr.write(`${((Date.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);
  try {
    const report = await runBench(options, { say, signal: stopped.signal });
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
    if (!options.json) {
      for (const file of report.profiles) {
        process.stdout.write(`\n${printProfile(file, JSON.parse(readFileSync(file, 'utf8')) as CpuProfile)}`);
      }
    }
    process.exitCode = report.failures.length > 0 ? 1 : 0;
  } catch (error) {
    if (!stopped.signal.aborted)
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = stopped.signal.aborted ? 130 : 1;
  }
}
