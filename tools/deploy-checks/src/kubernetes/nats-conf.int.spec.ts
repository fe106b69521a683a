import { describe, expect, it } from '@jest/globals';
import {
  brokerCertificates,
  diesWithUs,
  freePort,
  locateTestNatsServer,
  tempDir,
  waitUntil,
} from '@postel/testing';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readRepositoryFile } from '../repository.js';
import type { Workload } from './objects.js';

/** nats-server's own judgement, with the files of the pod in a directory of the test. */
async function judged(text: string): Promise<{ ok: boolean; said: string }> {
  const directory = tempDir('nats-conf');
  try {
    const { ca, server } = brokerCertificates;
    const files = { 'ca.crt': ca, 'tls.crt': server.cert, 'tls.key': server.key };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory.path, name), content);
    const file = join(directory.path, 'nats.conf');
    writeFileSync(file, text.replaceAll('/etc/nats/tls', directory.path));
    const { status, stderr } = spawnSync(await locateTestNatsServer(), ['-t', '-c', file], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, SERVER_NAME: 'nats-0' },
    });
    return { ok: status === 0, said: stderr };
  } finally {
    directory.remove();
  }
}

/** A server without anything of ours but the pid file, where the pod has it in /run. */
async function withServer(use: (server: ChildProcess, directory: string) => Promise<void>): Promise<void> {
  const directory = tempDir('nats-stop');
  const callOff = diesWithUs(directory.path);
  const port = await freePort();
  const args = ['-a', '127.0.0.1', '-p', String(port), '-P', join(directory.path, 'nats-server.pid')];
  const server = spawn(await locateTestNatsServer(), args, { stdio: 'ignore' });
  try {
    await use(server, directory.path);
  } finally {
    if (server.kill('SIGKILL')) await once(server, 'exit');
    callOff();
    directory.remove();
  }
}

describe.each(['nats-single', 'nats-cluster'])('nats.conf of %s', (component) => {
  const directory = `deploy/kubernetes/components/${component}`;
  const text = readRepositoryFile(`${directory}/nats.conf`);
  const [statefulSet] = parseAllDocuments(readRepositoryFile(`${directory}/nats.yaml`)).map(
    (document) => document.toJS() as Workload,
  );

  it('is understood by nats-server', async () => {
    expect(await judged(text)).toEqual({ ok: true, said: expect.stringContaining('is valid') });
  });

  it('would not be, with a word that nats-server does not know', async () => {
    expect(await judged(text.replace('max_payload', 'max_paylod'))).toMatchObject({ ok: false });
  });

  it('puts what it acknowledges on the disk, and leaves room there', () => {
    expect(text).toMatch(/^ {2}sync_interval: always$/m);
    const [claim] = statefulSet?.spec.volumeClaimTemplates ?? [];
    const volume = Number(/^(\d+)Gi$/.exec(claim?.spec.resources.requests.storage ?? '')?.[1]);
    const store = Number(/max_file_store: (\d+)GiB/.exec(text)?.[1]);
    expect(store).toBeGreaterThan(volume / 2);
    expect(store).toBeLessThanOrEqual(0.9 * volume);
  });

  it('gives the account, which counts every copy, a little less than all servers have', () => {
    const [store, account] = [/max_file_store: (\d+)GiB/, /max_file: (\d+)GiB/].map((limit) =>
      Number(limit.exec(text)?.[1]),
    ) as [number, number];
    const ofAll = store * (statefulSet?.spec.replicas ?? 0);
    expect(account).toBeGreaterThan(0.8 * ofAll);
    expect(account).toBeLessThan(ofAll);
  });

  it('ends by the command of preStop', async () => {
    const [, ...asked] =
      statefulSet?.spec.template.spec.containers[0]?.lifecycle?.preStop?.exec?.command ?? [];
    expect(asked.at(-1)).toContain('/run/nats/nats.pid');
    const binary = await locateTestNatsServer();
    await withServer(async (server, directory) => {
      const pidFile = join(directory, 'nats-server.pid');
      await waitUntil(() => existsSync(pidFile), { describe: 'the pid file' });
      execFileSync(
        binary,
        asked.map((word) => word.replace('/run/nats/nats.pid', pidFile)),
      );
      await waitUntil(() => server.exitCode === 0, { describe: 'the server to end' });
    });
  });

  it('lets clients go before the pod ends', () => {
    const duration = Number(/lame_duck_duration: "(\d+)s"/.exec(text)?.[1]);
    expect(statefulSet?.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(duration);
  });

  it('names a route to every server', () => {
    const replicas = statefulSet?.spec.replicas ?? 0;
    const routes = [...text.matchAll(/nats-route:\/\/(nats-\d)\.nats-headless:6222/g)].map(
      ([, name]) => name,
    );
    expect(routes).toEqual(
      replicas === 1 ? [] : Array.from({ length: replicas }, (_, number) => `nats-${number}`),
    );
  });
});

describe('the images', () => {
  it('of broker and database are those of docker-compose.yml', () => {
    const imageOf = (path: string, name: string) =>
      new RegExp(`image: (${name}:\\S+)`).exec(readRepositoryFile(path))?.[1];
    const components = 'deploy/kubernetes/components';
    const compose = 'docker-compose.yml';
    for (const path of ['nats-single/nats.yaml', 'nats-cluster/nats.yaml'])
      expect(imageOf(`${components}/${path}`, 'nats')).toBe(imageOf(compose, 'nats'));
    expect(imageOf(`${components}/postgres-single/postgres.yaml`, 'postgres')).toBe(
      imageOf(compose, 'postgres'),
    );
  });
});
