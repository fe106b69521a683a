import { randomBytes } from 'node:crypto';
import {
  configSubject,
  noCustomHeaders,
  type EndpointFact,
  type EndpointState,
  type SecretFact,
} from '@postel/contracts';
import { generateSecret, LocalKeyWrapper, sealSecret } from '@postel/signing';
import { connectToBroker } from '../load/broker-client.js';
import { publishTogether } from '../load/publish-to-broker.js';
import type { Stack } from './start-stack.js';

/** Of endpoints, in a batch; each is two messages, and the broker takes a thousand. */
const perBatch = 400;
const startedAtMs = Date.UTC(2026, 0, 1);

export interface ManyEndpoints {
  readonly endpoints: number;
  readonly tenants: number;
}

/**
 * Endpoints of many tenants as CONFIG holds them, each with what customers give theirs: a description, metadata, a header,
 * and some with filters. A tenth of the tenants have half of the endpoints.
 */
export async function publishEndpoints(stack: Stack, { endpoints, tenants }: ManyEndpoints): Promise<void> {
  const broker = await connectToBroker(stack.natsUrl);
  const wrapper = new LocalKeyWrapper(stack.masterKey);
  try {
    for (let from = 0; from < endpoints; from += perBatch) {
      const made = Array.from({ length: Math.min(perBatch, endpoints - from) }, (_, i) =>
        messagesOf(stateOf(from + i, tenants), wrapper),
      );
      const messages = (await Promise.all(made)).flat();
      const payloads = messages.map(({ fact }) => JSON.stringify(fact));
      await publishTogether(broker, payloads, (index) => messages[index]?.subject ?? '');
    }
  } finally {
    await broker.close();
  }
}

async function messagesOf(
  state: EndpointState,
  wrapper: LocalKeyWrapper,
): Promise<{ readonly subject: string; readonly fact: EndpointFact | SecretFact }[]> {
  const { id, tenant, createdAtMs: atMs } = state;
  const owner = { tenant, endpointId: id };
  const secret = await sealSecret(generateSecret(randomBytes(32)), wrapper, owner);
  return [
    {
      subject: configSubject('secret', tenant, id),
      fact: { v: 1, fact: 'secret.set', atMs, secrets: [secret] },
    },
    {
      subject: configSubject('endpoint', tenant, id),
      fact: { v: 1, fact: 'endpoint.created', actor: 'key:key_0192f1', atMs, state },
    },
  ];
}

function stateOf(n: number, tenants: number): EndpointState {
  const large = Math.max(1, Math.floor(tenants / 10));
  const tenant = `tenant_${n % 2 === 0 ? n % large : n % tenants}`;
  const createdAtMs = startedAtMs + n * 60_000;
  // as they are given out: by time, then random
  const id = `ep_${createdAtMs.toString(16).padStart(12, '0')}7${randomBytes(10).toString('hex').slice(1)}`;
  return {
    id,
    tenant,
    url: `https://hooks.customer-${n}.example.com/webhooks/postel/${id.slice(-8)}`,
    description: `Orders of customer ${n}, production`,
    events:
      [['order.*'], ['order.created', 'order.updated', 'payment.succeeded'], ['*'], ['invoice.paid']][
        n % 4
      ] ?? [],
    channels: n % 10 === 0 ? ['eu'] : [],
    filter: n % 3 === 0 ? { 'data.object.customer': `cus_${n}` } : null,
    apiVersion: '2024-01-01',
    metadata: { customerId: `cus_${n}`, plan: n % 5 === 0 ? 'enterprise' : 'standard' },
    headers: n % 4 === 0 ? { names: ['Authorization'], setAtMs: createdAtMs } : noCustomHeaders,
    signature: { schemes: ['standard', 'timestamp-hex'] },
    timeoutMs: 10_000,
    rateLimit: n % 7 === 0 ? { max: 100, perSeconds: 1 } : null,
    maxInFlight: 10,
    ordering: n % 11 === 0 ? 'key' : 'none',
    status: 'active',
    createdAtMs,
    updatedAtMs: createdAtMs,
  };
}
