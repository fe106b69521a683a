import { expect } from '@jest/globals';
import { conservation, type ConservationAnswer } from '@postel/contracts';
import { waitUntil, type ReceivedRequest } from '@postel/testing';
import { adminToken } from '../harness/fleet.js';
import { startChild } from '../harness/child-process.js';
import { eventually } from '../harness/eventually.js';
import { connectProducer } from '../harness/nats-producer.js';
import type { Block } from './fenced-blocks.js';
import type { Reader } from './reader.js';
import { differences, readShown } from './shown-answer.js';

/** The line of a request, but for its time and its id. */
export async function receiverPrints(reader: Reader, { text }: Block): Promise<void> {
  const pattern = text
    .trim()
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/^\S+/, '\\d\\d:\\d\\d:\\d\\d\\.\\d{3}')
    .replace(/evt_\w+/, 'evt_\\w+');
  await reader.seeReceived(RegExp(`^${pattern}$`, 'm'));
}

export async function publishesOverNats(reader: Reader, { text }: Block): Promise<void> {
  const received = reader.received();
  expect(await reader.runProgram(text)).toMatch(/^\{ stream: 'EVENTS', seq: \d+, duplicate: false \}\n$/m);
  await waitUntil(() => /POST .*→ 200/.test(reader.received().slice(received.length)), {
    describe: 'the receiver to print the event that was published over NATS',
  });
}

/** The page says in words to start the good receiver again, and what becomes of the delivery. */
export async function redrives(reader: Reader, block: Block): Promise<void> {
  await reader.type({ ...block, text: 'npm run receive -- --port 9000 --secret whsec_…' });
  await reader.type(block);
  await reader.seeReceived(/attempt 4 .*→ 200/);
  await eventually(async () => {
    const { data } = await reader.fleet.api.deliveries();
    return data.find(({ attempts, status }) => attempts === 4 && status === 'succeeded');
  }, 'the delivery to have succeeded with attempt 4');
}

/** A request as it came, to an endpoint of its own, and the secret that signed it. */
async function aDelivery({ fleet }: Reader): Promise<{ request: ReceivedRequest; secret: string }> {
  const receiver = await fleet.receiver();
  const { secret } = await fleet.api.createEndpoint({ url: receiver.url, events: ['user.registered'] });
  await fleet.api.publish({ type: 'user.registered', data: { object: { name: 'Zoë' } } });
  const [request] = await receiver.waitFor(1);
  return { request: request as ReceivedRequest, secret };
}

const tampered = (body: Buffer) => Buffer.from(body.toString().replace('Zoë', 'Zoe'));

export async function verifiesAsReceiver(reader: Reader, { text }: Block): Promise<void> {
  await reader.stopReceiver();
  const { request, secret } = await aDelivery(reader);
  const program = reader.startProgram(text, { WEBHOOK_SECRET: secret });
  const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('webhook-'));
  const send = async (body: Buffer, given: Iterable<[string, unknown]>) => {
    const response = await fetch(reader.receiverUrl, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: Object.fromEntries(given) as Record<string, string>,
    });
    return response.status;
  };
  try {
    await waitUntil(async () => (await send(request.rawBody, headers)) > 0, { describe: program.output() });
    expect(await send(request.rawBody, headers)).toBe(204);
    expect(await send(tampered(request.rawBody), headers)).toBe(400);
    expect(await send(request.rawBody, [])).toBe(400);
  } finally {
    await program.stop();
  }
}

export async function verifiesAsFunction(reader: Reader, { text }: Block): Promise<void> {
  const { request, secret } = await aDelivery(reader);
  const old = { ...request.headers, 'x-webhook-timestamp': '1702987200' };
  const calls = [
    [request.rawBody, request.headers, secret],
    [tampered(request.rawBody), request.headers, secret],
    [request.rawBody, request.headers, 'whsec_of/another'],
    [request.rawBody, old, secret],
    [request.rawBody, {}, secret],
  ];
  const given = calls.map(([body, ...rest]) => [(body as Buffer).toString(), ...rest]);
  const printed = await reader.runProgram(
    `${text}\nconsole.log(JSON.stringify(JSON.parse(process.env.CALLS).map((call) => verify(...call))));`,
    { CALLS: JSON.stringify(given) },
  );
  expect(JSON.parse(printed)).toEqual([true, false, false, false, false]);
}

/** The fleet was started with this: `presetOfReadme`. A 404 is tried again with it, and is the end without. */
export async function retriesByDefault({ fleet }: Reader): Promise<void> {
  const receiver = await fleet.receiver(() => ({ status: 404 }));
  const { id } = await fleet.api.createEndpoint({ url: receiver.url, events: ['user.deleted'] });
  await fleet.api.publish({ type: 'user.deleted', data: { object: {} } });
  const delivery = await eventually(async () => {
    const { data } = await fleet.api.deliveries(`endpointId=${id}`);
    return data.find(({ attempts }) => attempts === 1);
  }, 'the first attempt to be seen');
  expect(delivery).toMatchObject({ status: 'retrying', lastStatus: 404 });
}

export async function isTakenAsFilter({ fleet }: Reader, { text }: Block): Promise<void> {
  const filter: unknown = JSON.parse(text);
  const { id } = await fleet.api.createEndpoint({ url: 'http://127.0.0.1:9000/' });
  expect(await fleet.api.request('PATCH', `/v1/endpoints/${id}`, { body: { filter } })).toMatchObject({
    status: 200,
    json: { filter },
  });
}

export async function delivererSays({ fleet }: Reader, { text }: Block): Promise<void> {
  const env = {
    NATS_URL: fleet.nats.url,
    POSTEL_JWT_SECRET: 'a'.repeat(44),
    POSTEL_ADMIN_TOKEN: 'a'.repeat(30),
  };
  const child = await startChild({ name: 'deliverer', app: 'deliverer', env });
  expect((await child.exited).code).not.toBe(0);
  expect(child.output()).toBe(text);
}

export async function isAnsweredWithoutObject({ fleet }: Reader, { text }: Block): Promise<void> {
  const { status, json } = await fleet.api.request('POST', '/v1/events', {
    body: { type: 'order.created', data: { id: 'ord_1' } },
  });
  expect(status).toBe(422);
  expect(differences(readShown(text), json)).toEqual([]);
}

/** Both of the page are of one object: the event, and the bare object. */
export async function isTakenOverNats({ fleet }: Reader, { text }: Block): Promise<void> {
  const receiver = await fleet.receiver();
  await fleet.api.createEndpoint({ url: receiver.url, events: ['order.updated'] });
  const producer = await connectProducer(fleet.nats.url);
  await producer.publish('order.updated', text);
  await producer.close();
  const [request] = await receiver.waitFor(1);
  const given = JSON.parse(text) as { data?: object };
  expect(JSON.parse(String(request?.rawBody))).toMatchObject(
    given.data ? given : { data: { object: given } },
  );
}

export async function isDelivered({ fleet }: Reader, { text }: Block): Promise<void> {
  const shown = JSON.parse(text) as Record<string, unknown>;
  const receiver = await fleet.receiver();
  await fleet.api.createEndpoint({ url: receiver.url });
  const { id: _id, apiVersion: _apiVersion, ...published } = shown;
  await fleet.api.publish(published);
  const [request] = await receiver.waitFor(1);
  const body = JSON.parse(String(request?.rawBody)) as Record<string, unknown>;
  expect(Object.keys(body)).toEqual(Object.keys(shown));
  expect(differences(readShown(text), body)).toEqual([]);
}

/** The figures are nobody's: their names are those of an answer, and they add up. */
export async function addsUp({ fleet }: Reader, { text }: Block): Promise<void> {
  const shown = conservation.strict().parse(JSON.parse(text));
  const { json } = await fleet.api.request('GET', '/v1/conservation');
  const answer = json as ConservationAnswer;
  for (const part of ['asOf', 'events', 'deliveries'] as const)
    expect(Object.keys(answer[part])).toEqual(Object.keys(shown[part]));
  const { accepted, fannedOut, unmatched, invalid, awaiting } = shown.events;
  expect(fannedOut + unmatched + invalid + awaiting).toBe(accepted);
  const { created, succeeded, pending, retrying, dead, discarded } = shown.deliveries;
  expect(succeeded + pending + retrying + dead + discarded).toBe(created);
}

export async function usesTheClient(reader: Reader, { text }: Block): Promise<void> {
  const receiver = await reader.fleet.receiver();
  const output = await reader.runProgram(text, {
    POSTEL_URL: reader.fleet.api.url,
    POSTEL_TOKEN: adminToken,
    RECEIVER_URL: receiver.url,
  });
  const [created, accepted] = output.split('\n');
  expect(created).toMatch(/^created ep_\w+, keep its secret$/);
  expect(accepted).toMatch(/^accepted evt_\w+$/);
  expect(output).toContain('refused: invalid_event_type at type');
  const [request] = await receiver.waitFor(1);
  expect(request?.headers['webhook-id']).toBe(accepted?.split(' ')[1]);
}
