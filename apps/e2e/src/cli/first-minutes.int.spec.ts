import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tempDir, waitUntil, type Receiver, type TempDir } from '@postel/testing';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt, CreatedEndpoint, Delivery, DeadLetter } from '../harness/api-client.js';
import type { ChildProcess } from '../harness/child-process.js';
import { runCommand, startCommand, type CommandEnd } from '../harness/command-line.js';
import { adminToken, fleetPatienceMs, type RunningPostel } from '../harness/fleet.js';
import { startTogether } from '../harness/together.js';

describe('a newcomer with the command line', () => {
  let postel: RunningPostel;
  let receiver: Receiver;
  let local: Receiver;
  let home: TempDir;
  let tail: ChildProcess;
  let listen: ChildProcess;
  let endpoint: CreatedEndpoint;

  beforeAll(async () => {
    postel = await startTogether();
    [receiver, local] = await Promise.all([postel.receiver(), postel.receiver()]);
    home = tempDir('cli-home');
  }, fleetPatienceMs);
  afterAll(async () => {
    await Promise.all([tail?.kill(), listen?.kill()]);
    home?.remove();
    await postel?.stop();
  }, fleetPatienceMs);

  const run = (...words: string[]): Promise<CommandEnd> =>
    runCommand(words, { env: {}, directory: home.path });
  async function good(...words: string[]): Promise<string> {
    const { code, out, err } = await run(...words);
    if (code !== 0) throw new Error(`postel ${words.join(' ')} ended with ${code}: ${err}`);
    return out;
  }
  const json = async <T>(...words: string[]): Promise<T> => JSON.parse(await good(...words, '--json')) as T;

  it('is told to log in, and with a wrong token that it is wrong', async () => {
    const nobody = await run('endpoints', 'list');
    expect(nobody).toMatchObject({ code: 2, out: '', err: expect.stringContaining('postel login') });
    const wrong = await runCommand(['login', '--with-token', '--url', postel.api.url], {
      env: {},
      directory: home.path,
      input: 'pat_wrong',
    });
    expect(wrong).toMatchObject({ code: 3, out: '' });
    expect(wrong.err.trim().split('\n')).toEqual([expect.stringMatching(/^postel: 401 unauthorized/)]);
  });

  it('logs in, by a pipe, and the token lies where nobody else may read it', async () => {
    const { code, out } = await runCommand(['login', '--with-token', '--url', postel.api.url], {
      env: {},
      directory: home.path,
      input: `${adminToken}\n`,
    });
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/You are the operator, for the tenant default/),
    });
    const file = join(home.path, '.config', 'postel', 'config.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(adminToken);
    expect(out).not.toContain(adminToken);
    expect(await good('whoami')).toContain(`at ${postel.api.url}`);
  });

  it('creates an endpoint and sends a test, and sees it arrive in tail and in listen', async () => {
    const env = { POSTEL_URL: postel.api.url, POSTEL_TOKEN: adminToken };
    [tail, listen] = await Promise.all([
      startCommand(['tail', '--json'], env),
      startCommand(['listen', '--forward-to', `${local.url}/hook`, '--events', 'order.*'], env),
    ]);
    await waitUntil(() => [tail, listen].every((child) => child.output().includes('Ready:')));
    const retry = JSON.stringify({ maxAttempts: 1 });
    endpoint = await json('endpoints', 'create', receiver.url, '--events', 'order.*', '--retry', retry);
    expect(endpoint).toMatchObject({
      url: receiver.url,
      events: ['order.*'],
      secret: expect.stringMatching(/^whsec_/),
    });

    const sent = await run('endpoints', 'test', endpoint.id, '--wait');
    expect(sent).toMatchObject({ code: 0, out: expect.stringMatching(/succeeded .*attempt 1: 200/) });
    const event = await run(
      'send',
      'order.created',
      '--id',
      'evt_first',
      '--data',
      '{"n":12345678901234567890}',
      '--wait',
    );
    expect(event).toMatchObject({ code: 0, out: expect.stringMatching(/succeeded/) });
    const arrived = await receiver.waitFor((all) =>
      all.some(({ headers }) => headers['webhook-id'] === 'evt_first'),
    );
    expect(String(arrived.at(-1)?.rawBody)).toContain('{"n":12345678901234567890}');
    const forwarded = await local.waitFor((all) =>
      all.some(({ headers }) => headers['webhook-id'] === 'evt_first'),
    );
    expect(forwarded.at(-1)).toMatchObject({ path: '/hook', rawBody: arrived.at(-1)?.rawBody });
    await waitUntil(() => /order\.created {2}evt_first {2}→ 200 in \d+ ms/.test(listen.output()));
    await waitUntil(() =>
      tailed(tail).some(({ eventId, status }) => eventId === 'evt_first' && status === 'succeeded'),
    );
  });

  it('breaks the receiver, sees why, repairs it and redrives', async () => {
    receiver.setAnswer(() => ({ status: 500, body: 'out of order' }));
    const sent = await run('send', 'order.cancelled', '--id', 'evt_second', '--wait');
    expect(sent).toMatchObject({ code: 1, out: expect.stringMatching(/dead .*attempt 1: 500/) });

    const [dead] = await json<Delivery[]>('deliveries', 'list', '--status', 'dead', '--event', 'evt_second');
    const id = dead?.id ?? '';
    const shown = await run('deliveries', 'get', id);
    expect(shown.out).toMatch(/out of order/);
    expect(shown.err).toContain(`postel retry ${id}`);
    const [attempt] = await json<Attempt[]>('deliveries', 'attempts', id);
    expect(attempt?.response).toMatchObject({ status: 500, body: 'out of order' });
    const [letter] = await json<DeadLetter[]>('dead-letters', 'list', '--endpoint', endpoint.id);
    expect(letter).toMatchObject({ deliveryId: id, reason: 'exhausted' });

    receiver.setAnswer(() => ({ status: 200 }));
    expect(await good('redrive', letter?.id ?? '')).toMatch(/One delivery is reopened/);
    await waitUntil(async () => (await json<Delivery>('deliveries', 'get', id)).status === 'succeeded');
    await waitUntil(
      () =>
        tailed(tail)
          .filter((one) => one.id === id)
          .at(-1)?.status === 'succeeded',
    );
  });

  it('checks the signature of what was sent, and is told which secret is wrong', async () => {
    const [delivery] = await json<Delivery[]>('deliveries', 'list', '--event', 'evt_first');
    const attempts = await good('deliveries', 'attempts', delivery?.id ?? '', '--json');
    const verify = (secret: string) =>
      runCommand(['verify', '--request', '-'], {
        env: { POSTEL_WEBHOOK_SECRET: secret },
        directory: home.path,
        input: attempts,
      });
    expect(await verify(endpoint.secret)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/The request is good/),
    });
    const other = await verify(`whsec_${Buffer.alloc(32).toString('base64')}`);
    expect(other).toMatchObject({
      code: 1,
      out: expect.stringMatching(/secret is that of another endpoint/),
    });
  });

  it('recovers what failed as a job that can be watched', async () => {
    receiver.setAnswer(() => ({ status: 500 }));
    await run('send', 'order.created', '--id', 'evt_third', '--wait');
    receiver.setAnswer(() => ({ status: 200 }));
    const recovered = await run('recover', endpoint.id, '--since', '1h', '--watch');
    expect(recovered).toMatchObject({ code: 0, out: expect.stringMatching(/succeeded .*1 deliveries/) });
    await receiver.waitFor(
      (all) => all.filter(({ headers }) => headers['webhook-id'] === 'evt_third').length === 2,
    );
  });

  it('asks for explanations, figures and a portal link', async () => {
    expect(await good('explain', 'user.created')).toMatch(/✗ .*\n.*event_type/);
    expect(await good('stats')).toMatch(/success rate {2,}\d/);
    expect((await run('conservation')).out).toMatch(/events .*adds up/);
    expect(await good('portal-link', '--tenant', 'default')).toMatch(/#token=ey/);
  });

  it('has exit codes and errors of one line', async () => {
    const gone = await run('endpoints', 'get', 'ep_nothing');
    expect(gone).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringMatching(/^postel: 404 endpoint_not_found[^\n]*\n$/),
    });
    expect(await run('deliveries', 'list', '--status', 'green')).toMatchObject({ code: 2, out: '' });
    expect(await run('nonsense')).toMatchObject({ code: 2, out: '' });
    const away = await run('stats', '--url', 'http://127.0.0.1:9', '--token', 'x');
    expect(away).toMatchObject({
      code: 4,
      out: '',
      err: expect.stringMatching(/^postel: Postel cannot be reached[^\n]*\n$/),
    });
  });

  it('ends tail and listen with Ctrl-C, exit code 0 and a summary', async () => {
    tail.signal('SIGINT');
    listen.signal('SIGINT');
    expect(await Promise.all([tail.exited, listen.exited])).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    expect(listen.output()).toMatch(/\d+ events forwarded: \d+ answered with 2xx, 0 not\./);
  });
});

function tailed(tail: ChildProcess): Delivery[] {
  return tail
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { delivery: Delivery }).delivery);
}
