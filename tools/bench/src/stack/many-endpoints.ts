import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { configSubject, type EndpointFact, type SecretFact } from '@postel/contracts';
import { generateSecret, LocalKeyWrapper, sealSecret } from '@postel/signing';
import { connectToBroker, type BrokerClient } from '../load/broker-client.js';
import { publishTogether } from '../load/publish-to-broker.js';
import { PhaseFailed } from '../report.js';
import { createEndpoint, findsEndpoint, type NewEndpoint } from './endpoints.js';
import type { Stack } from './start-stack.js';

const tenant = 'default';
/** Of endpoints, in a batch; each is two messages, and the broker takes a thousand. */
const perBatch = 400;
const knownWithinMs = 20_000;

interface Message {
  readonly subject: string;
  readonly payload: string;
}

/**
 * Makes thousands of endpoints in seconds: the first one as a user does, the others as copies of what ingest has
 * published of it. An event accepted after this reaches them.
 * @returns their ids, in the same order
 */
export async function createManyEndpoints(
  stack: Stack,
  [first, ...others]: readonly NewEndpoint[],
): Promise<readonly string[]> {
  if (!first) return [];
  const firstId = await createEndpoint(stack, first);
  const broker = await connectToBroker(stack.natsUrl);
  try {
    const original = await factOf(broker, firstId);
    const wrapper = new LocalKeyWrapper(stack.masterKey);
    const ids = others.map((_, i) => `${firstId}_${i}`);
    for (let from = 0; from < others.length; from += perBatch) {
      const copies = others
        .slice(from, from + perBatch)
        .map((endpoint, i) => copyOf(original, ids[from + i] as string, endpoint, wrapper));
      const messages = (await Promise.all(copies)).flat();
      await publishTogether(
        broker,
        messages.map(({ payload }) => payload),
        (index) => (messages[index] as Message).subject,
      );
    }
    const all = [firstId, ...ids];
    await untilKnown(stack, all.at(-1) as string);
    return all;
  } finally {
    await broker.close();
  }
}

async function factOf({ jsm }: BrokerClient, id: string): Promise<EndpointFact> {
  const subject = configSubject('endpoint', tenant, id);
  const message = await jsm.streams.getMessage('CONFIG', { last_by_subj: subject });
  if (!message) throw new PhaseFailed(`an endpoint that was made is not in CONFIG at ${subject}`);
  return message.json<EndpointFact>();
}

/** The secret before the endpoint: whoever sees an endpoint finds its secret. */
async function copyOf(
  fact: EndpointFact,
  id: string,
  endpoint: NewEndpoint,
  wrapper: LocalKeyWrapper,
): Promise<readonly Message[]> {
  const secret: SecretFact = {
    v: 1,
    fact: 'secret.set',
    atMs: fact.atMs,
    secrets: [await sealSecret(generateSecret(randomBytes(32)), wrapper, { tenant, endpointId: id })],
  };
  return [
    { subject: configSubject('secret', tenant, id), payload: JSON.stringify(secret) },
    {
      subject: configSubject('endpoint', tenant, id),
      payload: JSON.stringify({ ...fact, state: { ...fact.state, ...endpoint, id } }),
    },
  ];
}

async function untilKnown(stack: Stack, id: string): Promise<void> {
  const untilMs = Date.now() + knownWithinMs;
  while (!(await findsEndpoint(stack, id))) {
    if (Date.now() > untilMs)
      throw new PhaseFailed(`endpoints are not known after ${knownWithinMs / 1_000} s`);
    await delay(50);
  }
}
