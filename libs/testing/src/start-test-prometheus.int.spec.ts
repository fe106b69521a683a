import { afterAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  expectNoLeaks,
  locatePrometheus,
  startTestPrometheus,
  tempDir,
  waitUntil,
  type TestServer,
} from './index.js';

const programs = await locatePrometheus();
if (!programs) console.warn('Tests with Prometheus (skipped: neither on the PATH nor to be had by apt)');
const withPrometheus = programs ? it : it.skip;

const directory = tempDir('locate');
afterAll(() => directory.remove());

function fakeProgram(path: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '#!/bin/sh\necho 3.0.0\n');
  chmodSync(path, 0o755);
}

describe('Prometheus for tests', () => {
  let prometheus: TestServer | null = null;
  afterAll(async () => {
    await prometheus?.stop();
    await expectNoLeaks();
  });

  withPrometheus('scrapes what it was given, and evaluates rules', async () => {
    const target = createServer((_, response) => response.end('postel_answer 42\n'));
    await once(target.listen(0, '127.0.0.1'), 'listening');
    const address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
    const rules = join(directory.path, 'rules.yml');
    const rule = { record: 'postel:answer:half', expr: 'postel_answer / 2' };
    writeFileSync(rules, JSON.stringify({ groups: [{ name: 'test', rules: [rule] }] }));
    prometheus = await startTestPrometheus({ scrape: [{ job: 'one', targets: [address] }], rules: [rules] });
    const half = await waitUntil(async () => {
      const answer = await fetch(`${prometheus?.url}/api/v1/query?query=postel:answer:half`);
      const { data } = (await answer.json()) as {
        data: { result: { metric: object; value: [number, string] }[] };
      };
      return data.result[0];
    });
    expect(half?.metric).toMatchObject({ job: 'one', instance: address });
    expect(half?.value[1]).toBe('21');
    target.close();
  });

  it('is that on the PATH where both programs are there', async () => {
    const bin = join(directory.path, 'bin');
    fakeProgram(join(bin, 'prometheus'));
    const cacheDir = join(directory.path, 'cache');
    const cached = join(cacheDir, 'prometheus', 'usr', 'bin');
    for (const name of ['prometheus', 'promtool']) fakeProgram(join(cached, name));
    const locate = () => locatePrometheus({ env: { PATH: `:${bin}` }, cacheDir });
    expect((await locate())?.promtool).toBe(join(cached, 'promtool'));
    fakeProgram(join(bin, 'promtool'));
    expect((await locate())?.promtool).toBe(join(bin, 'promtool'));
  });
});
