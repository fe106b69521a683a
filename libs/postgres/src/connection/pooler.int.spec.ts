import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { openDatabase } from '../database.js';
import { probeDatabase } from '../probe-database.js';
import { SessionsShared } from './errors.js';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

it('refuses a pooler that drops the settings of sessions: what else is of a session is lost there, too', async () => {
  const url = new URL(await server.createDatabase());
  const sockets: Socket[] = [];
  const pooler = createServer((near) => {
    const far = connect(Number(url.port), url.hostname);
    sockets.push(near, far);
    near.once('data', (startup) => {
      far.write(withoutOptions(startup));
      near.pipe(far);
    });
    far.pipe(near);
  }).listen(0, '127.0.0.1');
  await once(pooler, 'listening');
  const behind = new URL(url);
  behind.port = String((pooler.address() as AddressInfo).port);
  const options = { poolSize: 1, applicationName: 'test' };
  const direct = await openDatabase({ ...options, url: url.href });
  const pooled = await openDatabase({ ...options, url: behind.href });
  try {
    await direct.prepare({ migrate: true });
    await expect(pooled.prepare({ migrate: true })).rejects.toBeInstanceOf(SessionsShared);
    const probe = async ({ href }: URL) =>
      (await probeDatabase({ url: href, applicationName: 'test' }, Date.now)).keepsSettings;
    expect([await probe(url), await probe(behind)]).toEqual([true, false]);
  } finally {
    await Promise.all([direct.close(), pooled.close()]);
    for (const socket of sockets) socket.destroy();
    pooler.close();
  }
});

/** Of the first message: its length, the protocol's version, then names and values, each with a NUL behind it. */
function withoutOptions(startup: Buffer): Buffer {
  const words = startup.toString('latin1', 8, startup.length - 2).split('\0');
  const kept = words.filter((_, index) => words[index - (index % 2)] !== 'options');
  const body = Buffer.from(`${kept.join('\0')}\0\0`, 'latin1');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(startup.readInt32BE(4), 4);
  return Buffer.concat([head, body]);
}
