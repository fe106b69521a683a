import { brokerSettings, databaseSettings, readSettings, retentionSettings } from '@postel/config';
import type { ProjectionName } from '@postel/contracts';
import { StoreDeadLetter } from '@postel/dead-letter';
import { ConfigTables, connectBroker, type Broker } from '@postel/jetstream';
import {
  forgetOnce,
  Projections,
  rebuildProjections,
  type Follower,
  type RebuildProgress,
  type RebuildResult,
} from '@postel/metrics';
import { beginRebuild, openDatabase, type Database, type TableRebuild } from '@postel/postgres';
import { faultLines, StartFault } from '@postel/service-host';
import { createLogger, createMeters } from '@postel/telemetry';
import { setPriority } from 'node:os';

const names = ['archive', 'delivery-log', 'dead-letters'] as const satisfies readonly ProjectionName[];
const sayEveryMs = 2_000;

/**
 * `npm run projections:rebuild`: makes the tables anew from the streams, while the services run. Ends with 1 when nothing
 * was changed.
 */
async function main(signal: AbortSignal): Promise<number> {
  const read = readSettings(process.env, {
    broker: brokerSettings,
    database: databaseSettings,
    retention: retentionSettings,
  });
  if (!read.ok) throw new StartFault(read.faults);
  const {
    broker: brokerOptions,
    database: { url },
    retention,
  } = read.settings;
  const applicationName = 'postel-rebuild';
  const onError = (error: Error) => void process.stderr.write(`projections:rebuild: ${error.message}\n`);
  const broker = await connectBroker({ ...brokerOptions, name: applicationName });
  const tables = new ConfigTables(broker);
  try {
    await tables.start();
    const database = await openDatabase({ url, applicationName, poolSize: 2, onError });
    try {
      await database.migrate();
      const rebuild = await beginRebuild({ url, applicationName, onError });
      if (!rebuild) {
        say('Another rebuild is under way.');
        return 1;
      }
      return await run({ broker, tables, database, rebuild, signal, retentionDays: retention.days });
    } finally {
      await database.close();
    }
  } finally {
    await tables.stop();
    await broker.close();
  }
}

interface Run {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly database: Database;
  readonly rebuild: TableRebuild;
  readonly signal: AbortSignal;
  readonly retentionDays: number;
}

async function run({ retentionDays, ...parts }: Run): Promise<number> {
  const { rebuild, tables } = parts;
  const startedAtMs = Date.now();
  try {
    const result = await rebuildProjections({
      ...parts,
      names,
      followers: (database, onLevel) => followersOf(parts, database, onLevel),
      forget: async (database) =>
        void (await forgetOnce(database, { tables, retentionDays, nowMs: () => Date.now() })),
      onProgress: sayProgress(),
    });
    for (const line of resultLines(result, Date.now() - startedAtMs)) say(line);
    return result.ok ? 0 : 1;
  } finally {
    await rebuild.end();
  }
}

/** Those of the services metrics and dead-letter. */
function followersOf(
  { broker, tables }: Pick<Run, 'broker' | 'tables'>,
  database: Database,
  onLevel: (name: (typeof names)[number]) => void,
): readonly Follower[] {
  const parts = {
    broker,
    tables,
    database: () => database,
    tenantExists: (tenant: string) => tables.tenantExists(tenant),
    logger: createLogger('rebuild', 'warn'),
    meters: createMeters({ processMetrics: false }),
    // what it reads again has been told
    tracing: null,
    nowMs: () => Date.now(),
  };
  return [new Projections(parts, onLevel), new StoreDeadLetter(parts, () => onLevel('dead-letters'))];
}

/** Says how far it is every other second. */
function sayProgress(): (progress: RebuildProgress) => void {
  let saidAtMs = Date.now();
  return (progress) => {
    if (progress.at !== 'swapping' && Date.now() - saidAtMs < sayEveryMs) return;
    saidAtMs = Date.now();
    say(progressLine(progress));
  };
}

function progressLine(progress: RebuildProgress): string {
  switch (progress.at) {
    case 'copying':
      return `${progress.rows} rows copied that the streams do not reach any more …`;
    case 'reading':
      return `${progress.positions.map(({ name, position, last }) => `${name}: ${position} of ${last}`).join(', ')} …`;
    case 'swapping':
      return 'The new tables take the place of the old ones …';
  }
}

function resultLines(result: RebuildResult, tookMs: number): readonly string[] {
  if (!result.ok && result.reason === 'stopped') return ['Stopped. The tables are as they were.'];
  if (!result.ok)
    return [
      'The tables know of more than the streams hold: these are not the streams that they were made of, or parts of',
      'them are lost. The tables are as they were.',
    ];
  const total = Object.values(result.rows).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(result.rows).map(([table, count]) => `${count} ${table}`);
  const seconds = tookMs / 1_000;
  return [
    `${each.join(', ')}; of these, ${result.copied} rows were copied.`,
    `${total} rows in ${seconds.toFixed(1)} s: ${Math.round(total / seconds)} rows/s.`,
  ];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
try {
  setPriority(10); // beside services that deliver
  process.exitCode = await main(stopped.signal);
} catch (error) {
  for (const line of faultLines(error)) process.stderr.write(`projections:rebuild: ${line}\n`);
  process.exitCode = 1;
}
