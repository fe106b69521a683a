import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { stopChild } from './harness/stop-child.js';

const run = promisify(execFile);
const command = join(dirname(fileURLToPath(import.meta.url)), '../../ingest/dist/rewrap-secrets.js');
const [oldKey, newKey] = [randomBytes(32).toString('base64'), randomBytes(32).toString('hex')];

describe('another master key', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet({ env: { POSTEL_ENCRYPTION_KEY: oldKey } });
  }, fleetPatienceMs);
  afterAll(() => fleet?.stop(), fleetPatienceMs);

  async function restartWith(env: Record<string, string>): Promise<void> {
    for (const name of ['ingest', 'deliverer'] as const) {
      await stopChild(fleet.service(name));
      await fleet.restart(name, 0, env);
    }
  }

  async function rewrap(env: Record<string, string>): Promise<{ code: number; output: string }> {
    const base = { PATH: process.env['PATH'] ?? '', NATS_URL: fleet.nats.url };
    try {
      const { stdout } = await run(process.execPath, [command], { env: { ...base, ...env } });
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }

  it(
    'takes over from the old one while deliveries go on: both are accepted, secrets are re-wrapped, the old one goes',
    async () => {
      const receiver = await fleet.receiver();
      const settings = {
        headers: { 'x-key': 'v' },
        signature: { schemes: ['standard', 'standard-ed25519'] },
      };
      const before = await fleet.api.createEndpoint({ url: receiver.url, events: ['order.*'], ...settings });
      await fleet.api.request('POST', '/v1/sources', { body: { name: 'code', provider: 'github' } });
      const works = async () => {
        const { id } = await fleet.api.publish({ type: 'order.created', data: { object: {} } });
        await receiver.waitFor((all) => all.some(({ headers }) => headers['webhook-id'] === id));
        const request = receiver.requests.find(({ headers }) => headers['webhook-id'] === id);
        new Webhook(before.secret).verify(request?.rawBody ?? '', request?.headers as Record<string, string>);
        expect(request?.headers['x-key']).toBe('v');
        expect(request?.headers['webhook-signature']).toMatch(/ v1a,/);
        const shown = await fleet.api.request('GET', `/v1/endpoints/${before.id}/secret`);
        expect(shown.json).toEqual({ secret: before.secret });
      };
      await works();
      const both = { POSTEL_ENCRYPTION_KEY: newKey, POSTEL_ENCRYPTION_KEY_PREVIOUS: oldKey };
      await restartWith(both);
      await works();
      await fleet.api.createEndpoint({ url: receiver.url, events: ['user.*'] });

      const without = await rewrap({ POSTEL_ENCRYPTION_KEY: newKey });
      expect(without).toMatchObject({ code: 1, output: expect.stringContaining(`default/${before.id}`) });
      const done = await rewrap(both);
      expect(done).toEqual({
        code: 0,
        output: expect.stringMatching(/3 endpoints and sources: 2 re-wrapped, 1 were up to date\./),
      });
      expect((await rewrap(both)).output).toMatch(
        /3 endpoints and sources: 0 re-wrapped, 3 were up to date\./,
      );
      for (const { output } of [without, done])
        for (const key of [newKey, oldKey]) expect(output).not.toContain(key);
      await works();
      await restartWith({ POSTEL_ENCRYPTION_KEY: newKey });
      await works();
    },
    fleetPatienceMs,
  );

  it(
    'that opens nothing ends a deliverer in one line, and loses nothing: what waits goes out under the right one',
    async () => {
      const receiver = await fleet.receiver();
      await fleet.api.createEndpoint({ url: receiver.url, events: ['shipment.*'] });
      await stopChild(fleet.service('deliverer'));
      const { id } = await fleet.api.publish({ type: 'shipment.created', data: { object: {} } });
      const other = randomBytes(32).toString('base64');
      const failure = await fleet.restart('deliverer', 0, { POSTEL_ENCRYPTION_KEY: other }).catch(String);
      expect(failure).toContain('deliverer: POSTEL_ENCRYPTION_KEY: opens none of the secrets of');
      expect(failure).not.toMatch(/\n\s+at /); // no stack
      expect(failure).not.toContain(other);
      await fleet.restart('deliverer', 0, { POSTEL_ENCRYPTION_KEY: newKey });
      await receiver.waitFor((all) => all.some(({ headers }) => headers['webhook-id'] === id));
    },
    fleetPatienceMs,
  );
});
