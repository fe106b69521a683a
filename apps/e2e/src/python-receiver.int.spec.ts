import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, waitUntil } from '@postel/testing';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Foreground } from './doc-examples/terminal.js';
import type { Attempt } from './harness/api-client.js';
import { attemptsWithBodies } from './harness/attempts-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import {
  findPython,
  pythonClient,
  pythonWithFrameworks,
  runUnittests,
  type Python,
} from './harness/python.js';
import { startTogether } from './harness/together.js';

const python = await findPython();
const frameworks = python && (await pythonWithFrameworks(python));
const noPython = python ? '' : ' (skipped: there is no python3 of 3.9 or newer)';
const noFrameworks = frameworks ? '' : ' (skipped: PyPI cannot be reached, or venv is missing)';
// among the many of `npm test` the names of tests are not shown
if (!frameworks) console.warn(`Tests of receivers in Python${noPython || noFrameworks}`);
const withPython = python ? describe : describe.skip;
const withFrameworks = frameworks ? it : it.skip;

/** As docs/how-to/receive-in-python.md starts them. */
const commands = {
  http_server: ({ program }: Python) => [program, example('http_server')],
  flask: (inside: Python, port: string) => [
    inside.programOf('flask'),
    ...['--app', example('flask'), 'run', '--port', port],
  ],
  fastapi: (inside: Python, port: string) => [
    inside.programOf('uvicorn'),
    ...['--app-dir', join(pythonClient, 'examples'), 'fastapi_receiver:app', '--port', port],
  ],
};
type Framework = keyof typeof commands;

function example(name: Framework): string {
  return join(pythonClient, 'examples', `${name}_receiver.py`);
}

/** As the examples have it. */
const largestBytes = 1024 * 1024;

/** What is answered to headers alone: whoever is refused while he sends may see his connection reset instead. */
async function statusBeforeBody(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const asked = request(url, { method: 'POST', headers });
  asked.flushHeaders();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  asked.on('error', () => undefined).destroy();
  return response.statusCode;
}

function signaturesOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^webhook-/i.test(name)));
}

afterAll(() => frameworks?.remove());

withPython(`the Python package${noPython}`, () => {
  it('passes its tests without any other package', async () => {
    const said = await runUnittests(python as Python);
    expect(Number(/^Ran (\d+) tests/m.exec(said)?.[1])).toBeGreaterThan(20);
    expect(said).toMatch(/test_have_the_outcomes_that_they_say.*ok$/m);
  });

  withFrameworks(
    `passes all of them with the package cryptography${noFrameworks}`,
    async () => {
      const said = await runUnittests(frameworks as Python);
      expect(said).toMatch(/\nOK\n$/);
    },
    fleetPatienceMs,
  );
});

withPython(`a receiver in Python${noPython}`, () => {
  let fleet: RunningPostel;
  beforeAll(async () => {
    fleet = await startTogether();
  }, fleetPatienceMs);
  afterAll(() => fleet?.stop(), fleetPatienceMs);

  const secretsOwn = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

  /** The example as a program, and an endpoint of Postel's for it. */
  async function started(framework: Framework, inside: Python) {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}/webhooks`;
    const { secret } = await fleet.api.createEndpoint({ url, events: [`order.${framework}`] });
    const program = new Foreground(commands[framework](inside, port), {
      WEBHOOK_SECRET: secret,
      PORT: port,
      PYTHONPATH: inside.path,
      PYTHONDONTWRITEBYTECODE: '1',
    });
    const isThere = () =>
      fetch(url).then(
        () => true,
        () => false,
      );
    await waitUntil(isThere, { timeoutMs: 30_000, describe: 'the example to listen' }).catch(
      async (error: unknown) => {
        await program.stop();
        throw new Error(program.output(), { cause: error });
      },
    );
    return { url, program };
  }

  /** Its first attempt, when it is over. */
  async function attemptOf(eventId: string, status: string): Promise<Attempt> {
    const ended = async () => {
      const [shown] = await fleet.api.deliveriesOfEvent(eventId);
      return shown?.status === status ? shown : null;
    };
    // tables wait for deliveries where the machine is busy
    const delivery = await eventually(ended, `the delivery to be ${status}`, { timeoutMs: 60_000 });
    const [attempt] = await attemptsWithBodies(fleet.api, delivery.id, 1);
    return attempt as Attempt;
  }

  /** All that may come to an example: what is Postel's, and what is not. */
  async function behavesWell(framework: Framework, inside: Python): Promise<void> {
    const { url, program } = await started(framework, inside);
    try {
      const { headers, body } = (await takesDeliveries(framework, program)).request;
      await answersOthers(url, headers, body as string);
      await takesOtherForms(framework, url, headers, body as string);
      await refusesAnotherSecret(framework, url);
    } finally {
      await program.stop();
    }
  }

  async function takesDeliveries(framework: Framework, program: Foreground): Promise<Attempt> {
    const type = `order.${framework}`;
    const large = await fleet.api.publish({ type, data: { object: { text: 'ü🙂'.repeat(40_000) } } });
    const { id } = await fleet.api.publish({ type, data: { object: { name: 'Zoë 🙂', n: 10.5 } } });
    expect((await attemptOf(large.id, 'succeeded')).response?.status).toBe(200);
    const attempt = await attemptOf(id, 'succeeded');
    expect(attempt.response).toMatchObject({ status: 200, body: expect.stringContaining('true') });
    await waitUntil(() => program.output().includes(`${type} ${id}`), {
      describe: 'the event to be printed',
    });
    return attempt;
  }

  async function takesOtherForms(
    framework: Framework,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<void> {
    const post = async (sent: RequestInit) =>
      (await fetch(url, { method: 'POST', headers: signaturesOf(headers), ...sent })).status;
    expect(await post({ body: new Uint8Array(largestBytes) })).toBe(401);
    const tooLarge = { 'content-length': String(largestBytes + 1) };
    if (framework === 'fastapi') expect(await post({ body: new Uint8Array(largestBytes + 1) })).toBe(413);
    else expect(await statusBeforeBody(url, tooLarge)).toBe(413);
    // in chunks and without a length, a letter cut in two
    const bytes = Buffer.from(body);
    const cut = bytes.indexOf('ë') + 1;
    const stream = ReadableStream.from([bytes.subarray(0, cut), bytes.subarray(cut)]);
    if (framework !== 'http_server') expect(await post({ body: stream, duplex: 'half' })).toBe(200);
    else expect(await statusBeforeBody(url, { 'transfer-encoding': 'chunked' })).toBe(411);
  }

  async function answersOthers(url: string, headers: Readonly<Record<string, string>>, body: string) {
    const signed = signaturesOf(headers);
    const send = async (given: Record<string, string>, text: string) => {
      const response = await fetch(url, { method: 'POST', headers: given, body: text });
      return [response.status, ((await response.json()) as { code?: string }).code];
    };
    // the type that it names, or that fetch sends, takes nothing away from the bytes
    expect(await send({ ...signed, 'content-type': 'application/x-www-form-urlencoded' }, body)).toEqual([
      200,
      undefined,
    ]);
    expect(await send(signed, body)).toEqual([200, undefined]);
    expect(await send(signed, body.replace('Zoë', 'Zoe'))).toEqual([401, 'INVALID_SIGNATURE']);
    expect(await send(signed, JSON.stringify(JSON.parse(body), null, 1))).toEqual([401, 'INVALID_SIGNATURE']);
    expect(await send(signed, '')).toEqual([401, 'INVALID_SIGNATURE']);
    expect(await send({ ...signed, 'webhook-id': 'evt_2' }, body)).toEqual([401, 'INVALID_SIGNATURE']);
    expect(await send({ ...signed, 'webhook-timestamp': '1702987200' }, body)).toEqual([
      401,
      'TIMESTAMP_EXPIRED',
    ]);
    expect(await send({ ...signed, 'webhook-timestamp': 'today' }, body)).toEqual([401, 'INVALID_TIMESTAMP']);
    expect(await send({}, body)).toEqual([401, 'MISSING_HEADER']);
  }

  /** As after a rotation that the receiver does not know of. */
  async function refusesAnotherSecret(framework: Framework, url: string): Promise<void> {
    const type = `invoice.${framework}`;
    await fleet.api.createEndpoint({ url, events: [type], secret: secretsOwn });
    const { id } = await fleet.api.publish({ type, data: { object: {} } });
    const { response } = await attemptOf(id, 'dead');
    expect(response).toMatchObject({ status: 401, body: expect.stringContaining('INVALID_SIGNATURE') });
  }

  it(
    'of the standard library takes what Postel sends, and nothing else',
    () => behavesWell('http_server', python as Python),
    fleetPatienceMs,
  );

  withFrameworks.each<Framework>(['flask', 'fastapi'])(
    `of %s takes what Postel sends, and nothing else${noFrameworks}`,
    (framework) => behavesWell(framework, frameworks as Python),
    fleetPatienceMs,
  );
});
