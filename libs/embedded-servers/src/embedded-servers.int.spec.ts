import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  freePort,
  locateNatsServer,
  startNatsServer,
  startPostgres,
  StartupError,
  supervise,
  type EmbeddedServer,
} from './index.js';

const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

let binary: string;
let directory: string;
let started: EmbeddedServer[];
beforeAll(async () => {
  const dataDir = process.env['POSTEL_DATA_DIR'] ?? join(repositoryRoot, '.postel');
  binary = (await locateNatsServer({ cacheDir: join(dataDir, 'cache') })).path;
}, 120_000);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'postel-embedded-'));
  // Where root runs the tests, PostgreSQL's account has to get through.
  chmodSync(directory, 0o711);
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  for (const { pid } of started) expect(isThere(pid)).toBe(false);
  rmSync(directory, { recursive: true, force: true });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function nats(port = 0, onProgress?: (line: string) => void): Promise<EmbeddedServer> {
  const server = await startNatsServer({ binary, dataDir: join(directory, 'nats'), port, onProgress });
  started.push(server);
  return server;
}

async function postgres(port = 0, onProgress?: (line: string) => void): Promise<EmbeddedServer> {
  const options = { dataDir: join(directory, 'postgres'), durable: true, port, onProgress };
  const server = await startPostgres(options);
  started.push(server);
  return server;
}

const servers = [
  ['nats-server', nats, 'POSTEL_NATS_PORT'],
  ['postgres', postgres, 'POSTEL_POSTGRES_PORT'],
] as const;

describe.each(servers)('%s', (name, start, variable) => {
  it('names the port that is taken, and its variable', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const starting = start(port);
    await expect(starting).rejects.toThrow(
      `Port ${port} is taken, and ${name} needs it: stop what listens on 127.0.0.1:${port}, or set ${variable} to a free port.`,
    );
    await expect(starting).rejects.toBeInstanceOf(StartupError);
    other.close();
    await start(port);
  });

  it('left over by a killed parent is stopped, and its port and data taken over', async () => {
    const orphan = await start();
    // The parent of an orphan is gone; ours, this process, is not, so its claim has to go by hand.
    rmSync(join(directory, name === 'postgres' ? 'postgres' : 'nats', 'claimed-by'));
    const lines: string[] = [];
    const heir = await start(orphan.port, (line) => lines.push(line));
    expect(lines).toContain(`${name}: stopped one left over from an earlier run (pid ${orphan.pid})`);
    expect((await orphan.exited).signal).toBeNull();
    expect(heir.url).toBe(orphan.url);
  });

  it('is not taken for an orphan while its parent lives', async () => {
    await start();
    await expect(start()).rejects.toThrow(
      `Another Postel (pid ${process.pid}) already runs ${name} on ${directory}`,
    );
  });

  it('that ends by itself is started again on its port, and for good ended by stop()', async () => {
    const notices: string[] = [];
    const supervised = await supervise({
      start: (port) => start(port),
      port: 0,
      onNotice: (line) => notices.push(line),
    });
    const firstPid = supervised.pid() as number;
    process.kill(firstPid, 'SIGKILL');
    while (supervised.pid() === undefined || supervised.pid() === firstPid) await sleep(20);
    expect(notices).toEqual([
      `${name} ended by itself (SIGKILL), starting it again`,
      `${name} is back (pid ${supervised.pid()})`,
    ]);
    expect(started.map(({ port }) => port)).toEqual([supervised.port, supervised.port]);
    const lastPid = supervised.pid() as number;
    await supervised.stop();
    expect(isThere(lastPid)).toBe(false);
    expect(supervised.pid()).toBeUndefined();
  });
});

describe('an unwritable data directory', () => {
  it('is told in one line', async () => {
    writeFileSync(join(directory, 'nats'), 'a file stands where the directory should');
    await expect(nats()).rejects.toThrow(
      /^Cannot write to the data directory .*nats \(ENOTDIR\): give this account/,
    );
  });

  it('is told at once where nothing can ever be made', async () => {
    if (!existsSync('/proc/self')) return;
    const server = startNatsServer({ binary, dataDir: '/proc/postel/nats', port: 0 });
    await expect(server).rejects.toThrow(
      /^Cannot write to the data directory \/proc\/postel\/nats \(ENOENT\)/,
    );
  });
});

describe('the kept PostgreSQL', () => {
  it('lets in who has the password, which only its account can read', async () => {
    const server = await postgres();
    const place = postgresPlace();
    const password = readFileSync(join(place, 'password'), 'utf8').trim();
    expect(new URL(server.url).password).toBe(password);
    expect(statSync(join(place, 'password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(place, 'data', 'pg_hba.conf'), 'utf8')).not.toMatch(/^[^#].*trust/m);
  });

  function postgresPlace(): string {
    return join(directory, 'postgres');
  }
});

describe('PostgreSQL from a template', () => {
  async function from(template: string, name: string, durable = false): Promise<EmbeddedServer> {
    const server = await startPostgres({ dataDir: join(directory, name), port: 0, durable, template });
    started.push(server);
    return server;
  }
  /** initdb gives each cluster a number of its own, in the first bytes of this file. */
  const clusterIn = (path: string) =>
    readFileSync(join(path, 'global', 'pg_control'))
      .readBigUInt64LE(0)
      .toString();

  it('is a copy of the one that whoever comes first makes, however many come at once', async () => {
    const template = join(directory, 'template');
    await Promise.all([from(template, 'first'), from(template, 'second')]);
    await from(template, 'third');
    const third = clusterIn(join(directory, 'third', 'data'));
    expect(third).toBe(clusterIn(template));
    const left = readdirSync(directory).filter((name) => name.startsWith('template'));
    expect(left).toEqual(['template']);
  });

  it('has nothing to do with what is kept, whose password would be the same', async () => {
    const template = join(directory, 'template');
    const server = await from(template, 'kept', true);
    expect(new URL(server.url).password).toBeTruthy();
    expect(existsSync(template)).toBe(false);
  });
});

it('a stop while the server is being brought back leaves no process', async () => {
  let starts = 0;
  const supervised = await supervise({
    start: (port) => {
      starts += 1;
      return nats(port);
    },
    port: await freePort(),
    onNotice: () => undefined,
  });
  process.kill(supervised.pid() as number, 'SIGKILL');
  while (starts < 2) await sleep(1);
  await supervised.stop();
  expect(supervised.pid()).toBeUndefined();
});
