import { constants } from 'node:os';
import { toldOf } from './demo-fault.js';
import { demoHelp, readDemoOptions, type DemoOptions } from './demo-options.js';
import { playDemo } from './play-demo.js';
import { coloursFor } from './print-requests/colours.js';
import { ProgressLine } from './show-figures/progress-line.js';
import { jsonReport, textReport } from './show-figures/report.js';

const read = readDemoOptions(process.argv.slice(2));
switch (read.kind) {
  case 'help':
    console.log(demoHelp);
    break;
  case 'wrong':
    console.error(`${read.message}. See npm run demo -- --help.`);
    process.exitCode = 2;
    break;
  case 'run':
    process.exit(await run(read.options));
}

async function run(options: DemoOptions): Promise<number> {
  const out = options.json ? process.stderr : process.stdout;
  const progress = new ProgressLine(out);
  const interruption = interruptible((line) => progress.say(line));
  try {
    const { signal } = interruption;
    const played = await playDemo({ options, env: process.env, signal, progress });
    progress.say(textReport(played, coloursFor(out, process.env)));
    if (options.json) process.stdout.write(`${JSON.stringify(jsonReport(played), null, 2)}\n`);
    return played.checks.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    const ended = interruption.by();
    if (ended) {
      progress.say('Stopped; nothing is left behind.');
      return 128 + constants.signals[ended];
    }
    progress.say(toldOf(error));
    return 1;
  }
}

/** A second signal, by a person and not by a chain of parents, does not wait for the cleaning up. */
function interruptible(say: (line: string) => void) {
  const abort = new AbortController();
  let first: { readonly by: NodeJS.Signals; readonly atMs: number } | null = null;
  const onSignal = (by: NodeJS.Signals) => {
    if (first && Date.now() - first.atMs > 1_000) process.exit(128 + constants.signals[by]);
    if (first) return;
    first = { by, atMs: Date.now() };
    say('Stopping: the endpoints of this run are removed. Once more to stop at once.');
    abort.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return { signal: abort.signal, by: () => first?.by ?? null };
}
