import { parseOptions, usage } from './options.js';
import { runChaos } from './run-chaos.js';
import { printReport } from './show-report/print-report.js';
import { isGood } from './show-report/report.js';

const options = parseOptions(process.argv.slice(2));
if (options === null) {
  process.stdout.write(`${usage}\n`);
} else if ('fault' in options) {
  process.stderr.write(`${options.fault}. See npm run chaos -- --help.\n`);
  process.exitCode = 2;
} else {
  const stopped = new AbortController();
  // what is under way is stopped in good order, which takes seconds
  const onSignal = () => {
    if (!stopped.signal.aborted) say('stopping everything');
    stopped.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  const startedMs = Date.now();
  const say = (line: string) =>
    process.stderr.write(`${((Date.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);
  const report = await runChaos(options, { say, signal: stopped.signal });
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${printReport(report)}`);
  if (stopped.signal.aborted) process.exitCode = 130;
  else process.exitCode = report.results.every(isGood) ? 0 : 1;
}
