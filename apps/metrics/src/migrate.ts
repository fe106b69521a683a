import { databaseSettings, readSettings } from '@postel/config';
import {
  DatabaseUnreachable,
  migrateDown,
  migrateUp,
  migrationNames,
  readSchema,
  SchemaUnusable,
  whyUnusable,
  type MigrateOptions,
} from '@postel/postgres';
import { faultLines, StartFault } from '@postel/service-host';
import { parseArgs } from 'node:util';

const usage = `Usage: migrate [up [--to NAME] | down [--to NAME | --to none] | status]
  up      applies what the schema lacks (all, or up to and with NAME)
  down    takes back the newest migration, or all that came after NAME, or all
  status  says what the schema has; ends with 1 when this version cannot use it`;

/** `npm run migrate`: brings the schema to this version, or back. Ends with 1 when it could not, and 2 for a wrong call. */
async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  if (!asked) return wrongCall(usage);
  const { verb, to } = asked;
  if (to !== undefined && to !== null && !migrationNames.includes(to))
    return wrongCall(`There is no migration ${to}. There are: ${migrationNames.join(', ')}`);
  const read = readSettings(process.env, { database: databaseSettings });
  if (!read.ok) throw new StartFault(read.faults);
  const options: MigrateOptions = {
    url: read.settings.database.url,
    applicationName: 'postel-migrate',
    onError: (error) => void process.stderr.write(`migrate: ${error.message}\n`),
    onProgress: say,
  };
  if (verb === 'status') return status(options);
  const changed = verb === 'up' ? await migrateUp(options, to ?? undefined) : await migrateDown(options, to);
  say(changed.length === 0 ? 'Nothing to do.' : `Done: ${changed.length} ${countWord(changed.length)}.`);
  return 0;
}

interface Asked {
  readonly verb: 'up' | 'down' | 'status';
  /** `null`: before the first. */
  readonly to?: string | null;
}

function readArguments(args: readonly string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { to: { type: 'string' } },
      allowPositionals: true,
    });
    const [verb = 'up', ...more] = positionals;
    if (more.length > 0 || (verb !== 'up' && verb !== 'down' && verb !== 'status')) return null;
    const { to } = values;
    if (to === undefined) return { verb };
    if (verb === 'status' || (verb === 'up' && to === 'none')) return null;
    return { verb, to: to === 'none' ? null : to };
  } catch {
    return null; // an option that there is not
  }
}

async function status(options: MigrateOptions): Promise<number> {
  const state = await readSchema(options);
  for (const name of state.applied) say(`applied  ${name}`);
  for (const name of state.pending) say(`pending  ${name}`);
  for (const name of state.unknown) say(`unknown  ${name}`);
  const why = whyUnusable(state);
  if (why !== null) say(`Not usable: ${why}.`);
  else if (state.unknown.length > 0) say('The schema is ahead of this version, which can work with it.');
  else say('The schema is that of this version.');
  return why === null ? 0 : 1;
}

function countWord(count: number): string {
  return count === 1 ? 'migration' : 'migrations';
}

function wrongCall(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isPlain = error instanceof SchemaUnusable || error instanceof DatabaseUnreachable;
  for (const line of isPlain ? [error.message] : faultLines(error))
    process.stderr.write(`migrate: ${line}\n`);
  process.exitCode = 1;
}
