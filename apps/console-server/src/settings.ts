import { consoleSettings, graceSettings, listenSettings, readSettings } from '@postel/config';
import { StartFault } from '@postel/process';

/** The ports beside those of the five services, for all on one machine. */
const ports = { port: 8085, metricsPort: 9469 };

/** It has no broker, no database, no token and no key: it is given none. @throws {StartFault} */
export function consoleServerSettings(env: Readonly<Record<string, string | undefined>>) {
  const read = readSettings(env, {
    console: consoleSettings,
    grace: graceSettings,
    listen: listenSettings(ports),
  });
  if (!read.ok) throw new StartFault(read.faults);
  const { console, ...others } = read.settings;
  const { directory } = console;
  if (directory === null) throw new StartFault(['POSTEL_CONSOLE_DIR: required here']);
  return { ...others, console: { ...console, directory } };
}
