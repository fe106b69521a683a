import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort, type EmbeddedServer } from '@postel/embedded-servers';
import { isThere, unpackedPackages } from './debian-packages.js';
import { spawnServer } from './spawned-server.js';
import { startTestServer, type TestServer } from './test-server.js';

/** redis-server's own package, the binary that it links to, and the libraries of it that a small system lacks. */
const debianRedis = {
  name: 'redis',
  packages: ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1'],
  program: 'usr/bin/redis-server',
};

interface RedisBinary {
  readonly path: string;
  /** Where its libraries lie, if not in the system. */
  readonly libraries: readonly string[];
}

/** A real Redis, for tests of receivers; Postel itself has none. `null` where it cannot be had: neither in PATH nor by apt. */
export async function startTestRedis(): Promise<TestServer | null> {
  const binary = await locateRedis();
  if (binary === null) return null;
  return startTestServer({ purpose: 'redis', start: (dataDir, port) => start(binary, dataDir, port) });
}

async function start(binary: RedisBinary, dataDir: string, wantedPort: number): Promise<EmbeddedServer> {
  const port = wantedPort === 0 ? await freePort() : wantedPort;
  const libraries = binary.libraries.join(':');
  return spawnServer({
    name: 'redis',
    url: `redis://127.0.0.1:${port}`,
    port,
    binary: binary.path,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', dataDir, '--appendonly', 'yes'],
    env: { ...process.env, ...(libraries === '' ? {} : { LD_LIBRARY_PATH: libraries }) },
    dataDir,
    isReady: () => answers(port),
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}

async function locateRedis(): Promise<RedisBinary | null> {
  for (const directory of (process.env['PATH'] ?? '').split(':')) {
    const path = join(directory, 'redis-server');
    if (directory !== '' && (await isThere(path))) return { path, libraries: [] };
  }
  const unpacked = await unpackedPackages(debianRedis);
  if (unpacked === null) return null;
  return { path: join(unpacked, debianRedis.program), libraries: await librariesIn(unpacked) };
}

async function librariesIn(directory: string): Promise<string[]> {
  const lib = join(directory, 'usr/lib');
  return (await readdir(lib)).map((name) => join(lib, name));
}
