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

const usage = 'Usage: backup --to DIRECTORY | restore --from DIRECTORY';

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
    const { directory } = asked;
    if (asked.verb === 'backup') {
      const done = await backUpStreams(broker, { directory, nowMs: () => Date.now(), onSaved: sayStream });
      say(`A backup of ${done.startedAt}. PostgreSQL belongs to it as it was then, or before.`);
    } else {
      const { replicas } = options;
      const done = await restoreStreams(broker, { directory, replicas, onRestored: sayStream });
      say(`The streams of ${done.startedAt} are there. Restore PostgreSQL as of then or before; then start.`);
    }
    return 0;
  } finally {
    await broker.close();
  }
}

interface Asked {
  readonly verb: 'backup' | 'restore';
  readonly directory: string;
}

function readArguments(args: readonly string[]): Asked | null {
  try {
    const options = { to: { type: 'string' }, from: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [verb, ...more] = positionals;
    if (more.length > 0) return null;
    if (verb === 'backup' && values.to && values.from === undefined) return { verb, directory: values.to };
    if (verb === 'restore' && values.from && values.to === undefined) return { verb, directory: values.from };
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
