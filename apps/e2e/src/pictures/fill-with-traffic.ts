import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningPostel } from '../harness/fleet.js';
import { createTenant, type TenantClient } from '../harness/tenant-client.js';
import { orderSchema, sampleOf } from './sample-events.js';

/** So that within a minute a circuit is open and an endpoint counts as failing. */
export const trafficEnv = {
  POSTEL_CIRCUIT: JSON.stringify({ failures: 6, overMs: 500, openMs: 600_000, maxOpenMs: 600_000 }),
  POSTEL_ALERTS: JSON.stringify({ warn: { deadLetters: 5, windowSeconds: 3600 } }),
};

const rounds = 50;
const recoverAfter = 12;
const later = { schedule: [2_000, 900_000, 3_600_000] };

/** What pages are shown of. */
export interface Shown {
  readonly deadDeliveryId: string;
  readonly crmEndpointId: string;
  readonly jobId: string;
}

/** Three tenants whose endpoints fail in different ways, and most of whose deliveries arrive. */
export async function fillWithTraffic({ api }: Pick<RunningPostel, 'api'>): Promise<Shown> {
  const acme = await createTenant(api, 'acme');
  const globex = await createTenant(api, 'globex');
  const initech = await createTenant(api, 'initech');
  await describeTypes(acme);
  const endpoints = await createEndpointsOf(acme);
  await createEndpoint(globex, 'hooks.globex.example/postel', ['order.*', 'user.*'], 'Storefront');
  const once = { retry: { maxAttempts: 1 } };
  await createEndpoint(globex, 'erp.globex.example/inbox', ['invoice.*', 'payment.*'], 'ERP', once);
  await createEndpoint(initech, 'events.initech.example/webhooks', ['*'], 'Everything');
  const secrets = ['whsec_of_the_pictures'];
  await acme.expect(201, 'POST', '/v1/sources', { name: 'stripe', provider: 'stripe', secrets });
  await acme.expect(201, 'POST', '/v1/sources', { name: 'github', provider: 'github' });
  let job = '';
  for (let round = 0; round < rounds; round += 1) {
    await publish(acme, round, 1);
    if (round % 2 === 0) await publish(globex, round, 0.5);
    if (round % 3 === 0) await publish(initech, round, 0.3);
    if (round === recoverAfter) job = await recover(acme, endpoints.billing);
    await sleep(900); // not all in one second: pages show when things were
  }
  return {
    deadDeliveryId: await firstDead(acme, endpoints.warehouse),
    crmEndpointId: endpoints.crm,
    jobId: job,
  };
}

async function createEndpointsOf(
  acme: TenantClient,
): Promise<{ billing: string; warehouse: string; crm: string }> {
  const team = { metadata: { team: 'fulfilment' } };
  await createEndpoint(acme, 'api.acme.example/webhooks/orders', ['order.*'], 'Order service');
  const money = ['payment.*', 'invoice.*', 'refund.*'];
  const billing = await createEndpoint(acme, 'billing.acme.example/webhooks', money, 'Billing', {
    retry: later,
  });
  const crm = await createEndpoint(acme, 'hooks.crm.example/acme/users', ['user.*'], 'CRM', {
    timeoutMs: 1_500,
    retry: later,
    headers: { 'x-crm-account': 'acme-7719' },
    metadata: { team: 'growth', ticket: 'OPS-412' },
  });
  const warehouse = await createEndpoint(
    acme,
    'warehouse.acme.example/shipments',
    ['shipment.*'],
    'Warehouse',
    team,
  );
  await createEndpoint(acme, 'legacy.acme.example/soap/orders', ['order.created'], 'Order archive (old)', {
    retry: { schedule: [300, 900_000] },
  });
  await createEndpoint(acme, 'feed.partner.example/acme', ['refund.*'], 'Partner feed');
  const staging = await createEndpoint(acme, 'staging.acme.example/hooks', ['order.created'], 'Staging');
  await acme.expect(200, 'POST', `/v1/endpoints/${staging}/pause`);
  return { billing, warehouse, crm };
}

async function recover(acme: TenantClient, endpointId: string): Promise<string> {
  const body = { since: new Date(Date.now() - 3_600_000).toISOString(), only: 'all' };
  return String((await acme.expect(202, 'POST', `/v1/endpoints/${endpointId}/recover`, body))['id']);
}

async function createEndpoint(
  tenant: TenantClient,
  address: string,
  events: readonly string[],
  description: string,
  more: object = {},
): Promise<string> {
  const body = { url: `https://${address}`, events, description, ...more };
  return String((await tenant.expect(201, 'POST', '/v1/endpoints', body))['id']);
}

async function describeTypes(acme: TenantClient): Promise<void> {
  const path = '/v1/event-types/order.created';
  const body = { description: 'A customer placed an order.', schema: orderSchema };
  await acme.expect(200, 'PUT', path, { ...body, examples: [sampleOf('order.created', 0)] });
}

/** One round of what a shop's day is made of. */
async function publish(tenant: TenantClient, round: number, share: number): Promise<void> {
  const types = ['order.created', 'order.updated', 'payment.succeeded', 'user.updated', 'order.updated'];
  const seldom = ['shipment.created', 'invoice.paid', 'user.registered', 'refund.processed'];
  const all = [...types.slice(0, Math.ceil(types.length * share)), seldom[round % seldom.length] as string];
  const events = all.map((type, place) => ({
    type,
    data: { object: sampleOf(type, round * 7 + place) },
  }));
  await tenant.expect(202, 'POST', '/v1/events/batch', { events });
}

async function firstDead(acme: TenantClient, endpointId: string): Promise<string> {
  for (;;) {
    const query = `endpointId=${endpointId}&status=dead&limit=1`;
    const { data } = await acme.expect(200, 'GET', `/v1/deliveries?${query}`);
    const [first] = data as { id: string }[];
    if (first) return first.id;
    await sleep(500);
  }
}
