import { brokerSettings, readSettings } from '@postel/config';
import {
  BackupRefused,
  backUpStreams,
  connectBroker,
  restoreStreams,
  type SavedStream,
} from '@postel/jetstream';
import { faultLines, StartFault } from '@postel/service-host';
import { parseArgs } from 'node:util';

const usage = 'Usage: backup --to DIRECTORY | restore --from DIRECTORY [--only STREAM]';

/**
 * `npm run backup -- --to DIRECTORY` and `npm run restore -- --from DIRECTORY`: all streams of the broker, to files and
 * from them. Ends with 1 when it could not, and 2 for a wrong call.
 */
async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  if (!asked) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const read = readSettings(process.env, { broker: brokerSettings });
  if (!read.ok) throw new StartFault(read.faults);
  const { broker: options } = read.settings;
  const broker = await connectBroker({ ...options, name: `postel-${asked.verb}` });
  try {
    const { directory, only } = asked;
    if (asked.verb === 'backup') {
      const done = await backUpStreams(broker, { directory, nowMs: () => Date.now(), onSaved: sayStream });
      say(`A backup of ${done.startedAt}. PostgreSQL belongs to it as it was then, or before.`);
    } else {
      const { replicas } = options;
      const what = only === undefined ? {} : { only };
      const done = await restoreStreams(broker, { directory, replicas, onRestored: sayStream, ...what });
      if (only !== undefined) say(`${only} of ${done.startedAt} is there.`);
      else
        say(
          `The streams of ${done.startedAt} are there. Restore PostgreSQL as of then or before; then start.`,
        );
    }
    return 0;
  } finally {
    await broker.close();
  }
}

interface Asked {
  readonly verb: 'backup' | 'restore';
  readonly directory: string;
  readonly only?: string | undefined;
}

function readArguments(args: readonly string[]): Asked | null {
  try {
    const string = { type: 'string' } as const;
    const options = { to: string, from: string, only: string };
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [verb, ...more] = positionals;
    if (more.length > 0) return null;
    const { from, only, to } = values;
    if (verb === 'backup' && to && (from ?? only) === undefined) return { verb, directory: to };
    if (verb === 'restore' && from && to === undefined) return { verb, directory: from, only };
    return null;
  } catch {
    return null; // an option that there is not
  }
}

function sayStream({ name, sizeBytes, state }: SavedStream): void {
  say(`${name}: ${state.messages} messages, ${sizeBytes} bytes packed`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const lines = error instanceof BackupRefused ? [error.message] : faultLines(error);
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
