import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateNatsServer, startNatsServer } from '@postel/embedded-servers';
import { startTestServer, type TestServer } from './test-server.js';

const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export interface TestNatsOptions {
  /** Further lines of nats-server configuration, at the top level. */
  readonly configExtra?: string;
}

/** A fresh nats-server with JetStream, synced on every write as in production. */
export async function startTestNats(options: TestNatsOptions = {}): Promise<TestServer> {
  const binary = await locateTestNatsServer();
  return startTestServer({
    purpose: 'nats',
    start: (dataDir, port) =>
      startNatsServer({
        binary,
        dataDir,
        port,
        maxFileStoreBytes: 1024 ** 3,
        configExtra: options.configExtra,
      }),
  });
}

/** The binary, from the same cache as `npm start` uses. */
export async function locateTestNatsServer(): Promise<string> {
  const dataDir = process.env['POSTEL_DATA_DIR'] ?? join(repositoryRoot, '.postel');
  return (await locateNatsServer({ cacheDir: join(dataDir, 'cache') })).path;
}
