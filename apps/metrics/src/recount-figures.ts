import { databaseSettings, readSettings } from '@postel/config';
import { openDatabase } from '@postel/postgres';
import { faultLines, StartFault } from '@postel/service-host';

/**
 * `node apps/metrics/dist/recount-figures.js`: counts the figures anew from the delivery log. Services that write it
 * wait meanwhile.
 */
async function main(): Promise<void> {
  const read = readSettings(process.env, { database: databaseSettings });
  if (!read.ok) throw new StartFault(read.faults);
  const { url } = read.settings.database;
  const database = await openDatabase({ url, applicationName: 'postel-recount-figures', poolSize: 1 });
  try {
    await database.migrate();
    await database.recount();
  } finally {
    await database.close();
  }
}

try {
  await main();
} catch (error) {
  for (const line of faultLines(error)) process.stderr.write(`recount-figures: ${line}\n`);
  process.exitCode = 1;
}
