import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, type EmbeddedServer, type ServerExit } from '@postel/embedded-servers';
import { startTestServer, type TestServer } from './test-server.js';
import { waitUntil } from './wait-until.js';

const run = promisify(execFile);
const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
/** redis-server's own package, the binary that it links to, and the libraries of it that a small system lacks. */
const packages = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1'];

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
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dataDir, '--appendonly', 'yes'];
  const libraries = binary.libraries.join(':');
  const env = { ...process.env, ...(libraries === '' ? {} : { LD_LIBRARY_PATH: libraries }) };
  const child = spawn(binary.path, args, { stdio: 'ignore', env });
  let expected = false;
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null, expected }));
    child.once('exit', (code, signal) => resolve({ code, signal, expected }));
  });
  await waitUntil(() => answers(port), { describe: 'redis-server to answer' }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    name: 'redis',
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    exited,
    stop: async () => {
      expected = true;
      child.kill('SIGTERM');
      await exited;
    },
    kill: (signal) => child.kill(signal),
  };
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
  const dataDir = process.env['POSTEL_DATA_DIR'] ?? join(repositoryRoot, '.postel');
  const cached = join(dataDir, 'cache', 'redis');
  if (!(await isThere(join(cached, 'usr/bin/redis-server')))) {
    const isBrought = await bringByApt(cached).catch(() => false);
    if (!isBrought) return null;
  }
  return { path: join(cached, 'usr/bin/redis-server'), libraries: await librariesIn(cached) };
}

/** Unpacked and not installed; apt checks the signatures. Whole or not at all: another test may do the same. */
async function bringByApt(target: string): Promise<boolean> {
  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(`${target}-`);
  try {
    const downloads = join(scratch, 'downloads');
    await mkdir(downloads);
    const sandbox = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
    await run('apt-get', ['-q', ...sandbox, 'download', ...packages], { cwd: downloads, timeout: 60_000 });
    for (const file of await readdir(downloads))
      await run('dpkg', ['-x', join(downloads, file), join(scratch, 'unpacked')], { timeout: 60_000 });
    await rename(join(scratch, 'unpacked'), target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return true;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function librariesIn(directory: string): Promise<string[]> {
  const lib = join(directory, 'usr/lib');
  return (await readdir(lib)).map((name) => join(lib, name));
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
