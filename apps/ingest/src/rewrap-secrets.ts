import { brokerSettings, readSettings, secretSettings } from '@postel/config';
import { rewrapSecrets, type RewrapReport } from '@postel/ingest';
import { ConfigTables, ConfigWriter, connectBroker } from '@postel/jetstream';
import { faultLines, StartFault } from '@postel/service-host';
import { LocalKeyWrapper } from '@postel/signing';

/**
 * `npm run rewrap-secrets`: brings all secrets under the master key POSTEL_ENCRYPTION_KEY. Ends with 1 when something
 * could not be opened.
 */
async function main(): Promise<number> {
  const read = readSettings(process.env, { broker: brokerSettings, secrets: secretSettings });
  if (!read.ok) throw new StartFault(read.faults);
  const { masterKey, previousMasterKey } = read.settings.secrets;
  const keyWrapper = new LocalKeyWrapper(masterKey, previousMasterKey);
  const broker = await connectBroker({ ...read.settings.broker, name: 'postel-rewrap-secrets' });
  const tables = new ConfigTables(broker);
  try {
    await tables.start();
    say(`The master key is now ${keyWrapper.keyId}.`);
    const report = await rewrapSecrets({
      tables,
      writer: new ConfigWriter(broker),
      keyWrapper,
      nowMs: () => Date.now(),
      onProgress: sayProgress(),
    });
    for (const line of resultLines(report)) say(line);
    return report.unopened.length === 0 ? 0 : 1;
  } finally {
    await tables.stop();
    await broker.close();
  }
}

/** Says how far it is every other second. */
function sayProgress(): (report: RewrapReport) => void {
  let saidAtMs = Date.now();
  return ({ total, rewrapped, upToDate, unopened }) => {
    if (Date.now() - saidAtMs < 2_000) return;
    saidAtMs = Date.now();
    say(`${rewrapped + upToDate + unopened.length} of ${total} endpoints and sources …`);
  };
}

function resultLines({ total, rewrapped, upToDate, unopened }: RewrapReport): string[] {
  const done = `${total} endpoints and sources: ${rewrapped} re-wrapped, ${upToDate} were up to date.`;
  if (unopened.length === 0) return [done, 'POSTEL_ENCRYPTION_KEY_PREVIOUS is not needed any more.'];
  return [
    done,
    `${unopened.length} could not be opened with the two keys given:`,
    ...unopened.slice(0, 20).map((name) => `  ${name}`),
    ...(unopened.length > 20 ? [`  and ${unopened.length - 20} more`] : []),
  ];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  for (const line of faultLines(error)) process.stderr.write(`rewrap-secrets: ${line}\n`);
  process.exitCode = 1;
}
