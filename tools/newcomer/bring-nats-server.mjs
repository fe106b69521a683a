/** Brings nats-server into the cache before the tests, that each of their workers need not do it. Runs on Node 24. */
import { join } from 'node:path';
import { stateDir } from './paths.mjs';

const { locateNatsServer, StartupError } = await import('../../libs/embedded-servers/dist/index.js');
try {
  await locateNatsServer({
    cacheDir: join(process.env.POSTEL_DATA_DIR ?? stateDir, 'cache'),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
